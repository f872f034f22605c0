/** gpu-setup config list | get KEY | set KEY VALUE... | unset KEY | path */
import { loadSources } from '../../apt/sources/sources.ts';
import { ExitCode, GpuSetupError, usageError } from '../../base/errors.ts';
import { nearest } from '../../base/suggest.ts';
import {
  effective,
  effectiveSettings,
  valueInFile,
  type EffectiveSetting,
} from '../../config/effective-settings.ts';
import { configPath, readConfiguration } from '../../config/read-configuration.ts';
import { settingAt, type Addressed } from '../../config/settings.ts';
import { loadLicences } from '../../recipe/load.ts';
import { renderChange, renderSettings, renderValue } from '../../report/config.ts';
import type { CommandDefinition, Context, Outcome } from '../command.ts';

export const summary = 'settings that last: folders, mirrors, proxies, licences, colour';

export const command: CommandDefinition = {
  arguments: [
    {
      syntax: '<action>',
      description: 'list, get, set, unset, or path (of the file)',
      choices: ['list', 'get', 'set', 'unset', 'path'],
    },
    { syntax: '[key]', description: 'a setting, as list names it', completes: 'setting' },
    { syntax: '[value...]', description: 'of set: its value, or the values of a list' },
  ],
  examples: [
    ['gpu-setup config list', 'every setting, its value, and where that comes from'],
    ['gpu-setup config set home /data/gpu-setup', 'install to another disk'],
    [
      'gpu-setup config set licences nvidia-cuda nvidia-cudnn',
      'accept these terms for good, once you have read them',
    ],
    [
      'gpu-setup config set mirrors.nvidia-cuda-ubuntu1804 https://mirror.example.com/ubuntu1804/x86_64/',
      'fetch the packages of a source elsewhere; its keys stay the same',
    ],
    ['gpu-setup config unset colour', 'take a setting away'],
  ],
  toleratesBadConfiguration: true,
  async run([action = '', key, ...values], _options, context) {
    const path = configPath(context.env, context.uid);
    const given = key === undefined ? [] : [key, ...values];
    const most = { set: Infinity, get: 1, unset: 1 }[action] ?? 0;
    if (given.length > most) {
      throw usageError(
        'unexpected-argument',
        `"gpu-setup config ${action}" takes no argument "${given[most]}"`,
      );
    }
    if (action === 'path') return pathOutcome(path);
    if (action === 'list') return listOutcome(path, context);
    if (key === undefined) throw missing(action, 'a key');
    if (action === 'get') return getOutcome(path, key, context);
    if (action === 'unset') return changeOutcome(path, anyKey(key), null, context);
    if (values.length === 0) throw missing(`set ${key}`, 'a value');
    const at = settingAt(key, await sourceIds(context));
    return changeOutcome(path, at, valueOf(at, values), context);
  },
};

const SCHEMA = 'gpu-setup/config@1';

function pathOutcome(path: string): Outcome {
  return {
    exitCode: ExitCode.ok,
    json: { schema: SCHEMA, path, settings: [] },
    text: () => renderValue(path),
    isData: true,
  };
}

/** What a bad file says is not known: the rest is shown, and the exit code says that something is wrong. */
function listOutcome(path: string, { configuration, uid }: Context): Outcome {
  const { settings, problem, environment } = configuration;
  const rows = effectiveSettings(settings, environment, uid);
  return {
    exitCode: problem === null ? ExitCode.ok : ExitCode.failed,
    json: {
      schema: SCHEMA,
      path,
      settings: rows,
      ...(problem === null ? {} : { problem: { code: problem.code, message: problem.message } }),
    },
    text: (terminal) => renderSettings(rows, path, problem?.message ?? null, terminal),
    hints: problem?.hints ?? [],
  };
}

async function getOutcome(path: string, key: string, context: Context): Promise<Outcome> {
  const { settings, problem, environment } = context.configuration;
  const { setting } = settingAt(key, await sourceIds(context));
  const row = effective(setting, key, settings, environment, context.uid);
  if (problem !== null && row.from !== 'environment') throw problem;
  const { value } = row;
  if (value === null) throw new GpuSetupError('setting-not-set', `${key} is not set`);
  return {
    exitCode: ExitCode.ok,
    json: { schema: SCHEMA, path, settings: [row] },
    text: () => renderValue(value),
    isData: true,
  };
}

async function changeOutcome(
  path: string,
  at: Pick<Addressed, 'key' | 'path'>,
  value: string | readonly string[] | null,
  { configuration: { environment }, uid }: Context,
): Promise<Outcome> {
  const { changeSetting } = await import('../../config/edit-configuration.ts');
  const changed = await changeSetting(path, at, value);
  const { settings } = await readConfiguration(environment, uid);
  const row = effectiveSettings(settings, environment, uid).find(({ key }) => key === at.key);
  return {
    exitCode: ExitCode.ok,
    json: { schema: SCHEMA, path, changed, settings: row === undefined ? [] : [row] },
    text: () => renderChange(at.key, valueInFile(settings, at.key), changed, path),
    hints: winner(row),
  };
}

function winner(row: EffectiveSetting | undefined): string[] {
  return row?.variable == null ? [] : [`${row.variable} is set in the environment, and wins over the file`];
}

/** What is taken away need not be a setting that there is: a wrong name, or the mirror of a source that is gone. */
function anyKey(key: string): Pick<Addressed, 'key' | 'path'> {
  const dot = key.indexOf('.');
  return { key, path: dot < 0 ? [key] : [key.slice(0, dot), key.slice(dot + 1)] };
}

function valueOf({ setting, key }: Addressed, values: readonly string[]): string | readonly string[] {
  if (setting.form === 'words' || setting.form === 'urls') {
    const words = setting.form === 'urls' ? values : values.flatMap((value) => value.split(','));
    const list = words.map((word) => word.trim()).filter((word) => word !== '');
    if (key === 'licences') for (const id of list) checkLicence(id);
    return list;
  }
  const [value = '', extra] = values;
  if (extra !== undefined) {
    throw usageError('unexpected-argument', `${key} has one value, and takes no argument "${extra}"`);
  }
  return value;
}

function checkLicence(id: string): void {
  const known = loadLicences().map((licence) => licence.id);
  if (known.includes(id)) return;
  const near = nearest(id, known, 1)[0];
  throw usageError('bad-setting', `licences: "${id}" is no licence that gpu-setup knows`, {
    hint: near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`,
  });
}

async function sourceIds({ folders }: Context): Promise<string[]> {
  return [...(await loadSources(folders().config)).keys()];
}

function missing(call: string, what: string): GpuSetupError {
  return usageError('missing-argument', `"gpu-setup config ${call}" needs ${what}`, {
    hint: 'gpu-setup config list shows the settings',
  });
}
