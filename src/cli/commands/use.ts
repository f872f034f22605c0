/** gpu-setup use [NAME] | --reset */
import { ExitCode, GpuSetupError, usageError } from '../../base/errors.ts';
import { findCurrent } from '../../prefix/home/current.ts';
import { reset, use } from '../../prefix/home/use.ts';
import { findPrefix, type PrefixPlace } from '../../prefix/home/prefixes.ts';
import { requireRunsHere } from '../../prefix/use/foreign.ts';
import { findProjectFile } from '../../recipe/project/find-project-file.ts';
import { prefixInUse } from '../../recipe/project/prefix-in-use.ts';
import { renderUse } from '../../report/use.ts';
import type { CommandDefinition, Context } from '../command.ts';
import { TRUST_PROJECT, trustOfCall } from '../use-prefix.ts';

export const summary = 'choose the prefix that run, env and shell take';

/** gpu-setup/use@1 (docs/schema/use.json) */
export interface UseDocument {
  schema: 'gpu-setup/use@1';
  /** What this call did. */
  did: 'chose' | 'forgot' | 'asked';
  /** The prefix that is in use in this folder now; null: none. */
  name: string | null;
  path: string | null;
  /** What says so: the project file, or the choice that `use` made. */
  by: 'project' | 'use' | null;
  /** The project file. */
  file: string | null;
}

export const command: CommandDefinition = {
  arguments: [{ syntax: '[name]', description: 'a prefix, as gpu-setup list names it', completes: 'prefix' }],
  options: [{ flags: '--reset', description: 'forget what was chosen' }, TRUST_PROJECT],
  examples: [
    ['gpu-setup use cuda10', 'from now on, run, env and shell take cuda10 where no prefix is named'],
    ['gpu-setup use', 'which prefix is in use in this folder, and what says so'],
    ['gpu-setup use --reset', 'none any more'],
  ],
  async run([name], options, context) {
    const { emit, signal } = context;
    const folders = context.folders();
    if (options['reset'] === true) {
      if (name !== undefined) throw usageError('options-conflict', '--reset takes no name');
      await reset(folders, { emit, signal });
      const ofRoot = await findCurrent(folders).catch(damagedIsNone);
      return outcome(
        ofRoot === null ? { ...NONE, did: 'forgot' } : { ...inUse(ofRoot), did: 'forgot', by: 'use' },
      );
    }
    if (name !== undefined) {
      await requireRunsHere(await findPrefix(folders, name), context.env);
      const place = await use(folders, name, { emit, signal });
      return outcome({ ...inUse(place), did: 'chose', by: 'use' }, await overruled(context));
    }
    const trust = trustOfCall(context, options, ['gpu-setup', 'use']);
    const found = await prefixInUse({ folders, cwd: context.cwd, trust });
    if (found === null) return outcome(NONE, ['gpu-setup use NAME chooses one']);
    const by = found.by === 'project' ? 'project' : 'use';
    return outcome({ ...inUse(found.place), did: 'asked', by, file: found.file });
  },
};

const NONE: UseDocument = {
  schema: 'gpu-setup/use@1',
  did: 'asked',
  name: null,
  path: null,
  by: null,
  file: null,
};

/** What root chose is not this user's to mend. */
function damagedIsNone(error: unknown): null {
  if (error instanceof GpuSetupError) return null;
  throw error;
}

function inUse({ name, path }: PrefixPlace): UseDocument {
  return { ...NONE, name, path };
}

function outcome(
  document: UseDocument,
  hints: readonly string[] = [],
): Awaited<ReturnType<CommandDefinition['run']>> {
  return { exitCode: ExitCode.ok, json: document, text: (terminal) => renderUse(document, terminal), hints };
}

/** What was chosen does not count where a project file says another thing: told, since nothing else shows it. */
async function overruled({ cwd }: Context): Promise<string[]> {
  const file = await findProjectFile(cwd);
  return file === null ? [] : [`in this folder ${file} decides, not this choice`];
}
