/** gpu-setup self install | update FROM | uninstall */
import { ExitCode, usageError } from '../../base/errors.ts';
import { searchProgram } from '../../base/processes/find-program.ts';
import { places as placesOf, type Companion, type Places } from '../../self/places.ts';
import { renderInstalled, renderRemoval, renderUpdate } from '../../report/self.ts';
import { version } from '../version.ts';
import type { CommandDefinition, Context, OptionValues, Outcome } from '../command.ts';
import { dirname } from 'node:path';

export const summary = 'put gpu-setup itself on PATH, update it, take it away';

export const command: CommandDefinition = {
  arguments: [
    {
      syntax: '<action>',
      description: 'install, update or uninstall',
      choices: ['install', 'update', 'uninstall'],
    },
    {
      syntax: '[from]',
      description: 'of update: folder or URL of a release',
      completes: 'folder',
    },
  ],
  options: [
    { flags: '--dry-run', description: 'say what would be written or removed, and do nothing' },
    { flags: '--allow-downgrade', description: 'of update: also to an older release' },
  ],
  examples: [
    ['gpu-setup self install', 'the program, its completions and manual page, for you (as root: for all)'],
    ['gpu-setup self update ./release', 'to a newer release, whose signature and digest are checked'],
    ['gpu-setup self uninstall', 'removes what self install has written, and nothing else'],
  ],
  toleratesBadConfiguration: true,
  async run([action, from], options, context) {
    const places = placesOf(context.env, context.uid);
    checkArguments(action!, from, options);
    const dryRun = options['dryRun'] === true;
    if (action === 'install') return install(places, dryRun, context);
    if (action === 'update') return update(places, from!, options, context);
    return uninstall(places, dryRun, context);
  },
};

const SCHEMA = 'gpu-setup/self@1';

function checkArguments(action: string, from: string | undefined, options: OptionValues): void {
  if (action === 'update' && from === undefined) {
    throw usageError('missing-argument', '"gpu-setup self update" needs the folder or URL of a release', {
      hint: 'gpu-setup self --help shows how it is called',
    });
  }
  if (action !== 'update' && from !== undefined) {
    throw usageError('unexpected-argument', `"gpu-setup self ${action}" takes no argument "${from}"`);
  }
  if (action !== 'update' && options['allowDowngrade'] === true) {
    throw usageError('option-without-effect', `--allow-downgrade has no effect on self ${action}`);
  }
}

async function install(places: Places, dryRun: boolean, context: Context): Promise<Outcome> {
  const [{ installSelf }, { runningProgram }] = await Promise.all([
    import('../../self/install-self.ts'),
    import('../../self/running-program.ts'),
  ]);
  const written = await installSelf({
    program: runningProgram(context.env),
    version,
    companions: await companions(),
    places,
    dryRun,
  });
  const changed = written.some((one) => one.changed);
  return {
    exitCode: ExitCode.ok,
    json: { schema: SCHEMA, action: 'install', version, dryRun, changed, files: written },
    text: (terminal) => renderInstalled(written, version, dryRun, terminal),
    hints: dryRun ? [] : pathHints(places, context),
  };
}

/** Shells look for completions by themselves, all but one. */
function pathHints(places: Places, { env, uid }: Context): string[] {
  const folder = dirname(places.program);
  const onPath = (env['PATH'] ?? '').split(':');
  const { found } = searchProgram('gpu-setup', onPath);
  const zsh = uid !== 0 && /\/zsh$/.test(env['SHELL'] ?? '');
  const zshFolder = dirname(places.companions.zsh);
  return [
    ...(!onPath.includes(folder)
      ? [
          `${folder} is not on PATH; add this line to ~/.profile, or to what your shell reads as it starts:`,
          `export PATH="${folder}:$PATH"`,
        ]
      : found !== null && found !== places.program
        ? [`PATH finds another one first: ${found}`]
        : []),
    ...(zsh ? [`for completion in zsh, add to ~/.zshrc, before compinit: fpath+=("${zshFolder}")`] : []),
  ];
}

async function companions(): Promise<Record<Companion, string>> {
  const [{ COMMANDS }, { completionScript }, { commandTable }, { ownManualPage }] = await Promise.all([
    import('../all-commands.ts'),
    import('../completion/scripts.ts'),
    import('../completion/table.ts'),
    import('../manual/own-page.ts'),
  ]);
  const table = await commandTable(COMMANDS);
  return {
    bash: completionScript('bash', table),
    zsh: completionScript('zsh', table),
    fish: completionScript('fish', table),
    man: await ownManualPage(),
  };
}

async function update(
  places: Places,
  from: string,
  options: OptionValues,
  context: Context,
): Promise<Outcome> {
  const [{ updateSelf }, { releasePlace }, { RELEASE_KEYS }] = await Promise.all([
    import('../../self/update-self.ts'),
    import('../../self/release.ts'),
    import('../../self/release-keys.ts'),
  ]);
  const dryRun = options['dryRun'] === true;
  const done = await updateSelf({
    place: releasePlace(from, context.cwd, context.signal),
    keys: RELEASE_KEYS,
    platform: `linux-${process.arch}`,
    places,
    allowDowngrade: options['allowDowngrade'] === true,
    dryRun,
    emit: context.emit,
    signal: context.signal,
  });
  const { companions: failure, ...rest } = done;
  return {
    exitCode: ExitCode.ok,
    json: { schema: SCHEMA, action: 'update', dryRun, ...rest },
    text: () => renderUpdate(done, dryRun),
    hints:
      failure === null
        ? []
        : [`completions and manual page are those of before (${failure}): gpu-setup self install`],
  };
}

async function uninstall(places: Places, dryRun: boolean, context: Context): Promise<Outcome> {
  const { uninstallSelf } = await import('../../self/install-self.ts');
  let removal = await uninstallSelf(places, true);
  const asks = context.mayAsk && !context.yes && !dryRun;
  const declined = asks && !(await confirmed(removal.removed, context.signal));
  if (!dryRun && !declined) removal = await uninstallSelf(places, false);
  const nothing = dryRun || declined;
  return {
    exitCode: declined ? ExitCode.failed : ExitCode.ok,
    json: { schema: SCHEMA, action: 'uninstall', dryRun, changed: !nothing, ...removal },
    text: (terminal) => renderRemoval(removal, nothing, terminal),
    hints: removal.kept.map((path) => `changed since it was written, and kept: ${path}`),
  };
}

async function confirmed(paths: readonly string[], signal: AbortSignal): Promise<boolean> {
  const { confirm } = await import('../confirm.ts');
  return confirm(
    `These files will be removed; prefixes stay.\n${paths.map((path) => `  ${path}`).join('\n')}\nRemove them?`,
    signal,
  );
}
