/** gpu-setup prune */
import { ExitCode } from '../../base/errors.ts';
import { isOfRoot } from '../../base/files/folder-safety.ts';
import { freedBytes } from '../../prefix/home/freed-bytes.ts';
import type { Garbage } from '../../prefix/home/garbage.ts';
import { prune as pruneHome, type Pruning } from '../../prefix/home/prune.ts';
import { garbageGroups, renderPruned, sumOf } from '../../report/pruning.ts';
import { bytesText } from '../../report/units.ts';
import { chooseSome, type Choice } from '../choose.ts';
import type { CommandDefinition } from '../command.ts';

export const summary = 'delete what nothing uses any more';

export const command: CommandDefinition = {
  options: [
    { flags: '--dry-run', description: 'say what would be deleted, and delete nothing' },
    { flags: '--cache', description: 'downloaded packages too; they would be fetched again' },
  ],
  examples: [
    ['gpu-setup prune --dry-run', 'what could be deleted, and how much comes free'],
    ['gpu-setup prune', 'older generations, unused packages and builds, leftovers: on a terminal, choose'],
    ['gpu-setup prune --cache -y', 'the same and all downloads, without a question'],
  ],
  async run(_args, options, context) {
    const dryRun = options['dryRun'] === true;
    const withCache = options['cache'] === true;
    const { emit, signal } = context;
    const asks = context.mayAsk && !context.yes && !dryRun;
    const byDefault = (garbage: readonly Garbage[]): readonly Garbage[] =>
      garbage.filter(({ kind }) => withCache || kind !== 'download');
    const done = await pruneHome(context.folders(), {
      dryRun,
      emit,
      signal,
      choose: async (garbage) =>
        asks && garbage.length > 0 ? choose(garbage, byDefault(garbage), signal) : byDefault(garbage),
    });
    return {
      exitCode: done.unread.length > 0 ? ExitCode.unverified : ExitCode.ok,
      json: { schema: 'gpu-setup/prune@1', dryRun, ...done },
      text: (terminal) => renderPruned(done, dryRun, terminal),
      hints: [...(asks ? [] : cacheHint(done, dryRun)), ...(await unreadHint(done, context.folders().home))],
    };
  },
};

async function unreadHint({ unread }: Pruning, home: string): Promise<string[]> {
  if (unread.length === 0 || !(await isOfRoot(home))) return [];
  return ['root keeps it: run the same command with sudo'];
}

/** As wide as a size is: "999.9 MB". */
const SIZE = 8;

async function choose(
  garbage: readonly Garbage[],
  checked: readonly Garbage[],
  signal: AbortSignal,
): Promise<readonly Garbage[]> {
  const choices: Choice<readonly Garbage[]>[] = [];
  for (const { title, members } of garbageGroups(garbage)) {
    const bytes = await freedBytes(...members.map(({ path }) => path));
    choices.push({
      name: `${bytesText(bytes).padStart(SIZE)}  ${title}`,
      short: title,
      value: members,
      checked: members.every((one) => checked.includes(one)),
    });
  }
  const all = await freedBytes(...garbage.map(({ path }) => path));
  const message = `Nothing uses these any more (${bytesText(all)} in all). What is to be deleted?`;
  return (await chooseSome(message, choices, signal)).flat();
}

function cacheHint({ kept }: Pruning, dryRun: boolean): string[] {
  const bytes = sumOf(kept.filter(({ kind }) => kind === 'download'));
  return bytes === 0
    ? []
    : [
        `${bytesText(bytes)} of downloaded packages ${dryRun ? 'would be' : 'were'} kept; --cache deletes them too`,
      ];
}
