/**
 * From arguments to exit code. What every call pays for stands here; the parser, the commands and what they need are
 * loaded when a command is used.
 */
import { LIBRARY_MODE } from '../machine/native/calls.ts';
import { SCRIPT_MODE } from '../recipe/scripts/contract.ts';
import { standardStream } from './call/standard-stream.ts';
import type { WritableLike } from './call/write-whole.ts';
import { COMPLETE_MODE } from './completion/mode.ts';
import { version, versionRequest } from './version.ts';

/**
 * Runs one call and returns its exit code; never throws.
 *
 * @param argv arguments without runtime and script
 * @param stdout where the answers go that need no command
 */
export async function main(
  argv: readonly string[],
  stdout: () => WritableLike = () => standardStream(1),
): Promise<number> {
  const asked = versionRequest(argv);
  if (asked !== null) {
    const text = asked.json ? JSON.stringify({ schema: 'gpu-setup/version@1', version }) : version;
    return new Promise((resolve) => {
      stdout().write(`${text}\n`, (error) => resolve(error ? 1 : 0));
    });
  }
  // A shell, while somebody types.
  if (argv[0] === COMPLETE_MODE) {
    const { completeWords } = await import('./completion/words.ts');
    await completeWords(argv[1] ?? '', (text) => void stdout().write(text));
    return 0;
  }
  // The process of a recipe's script; without the channel to the program that started it, it is no command.
  if (argv[0] === SCRIPT_MODE && process.send !== undefined) {
    return (await import('../recipe/scripts/child.ts')).runScriptChild();
  }
  // The process that asks a library of the driver; with a terminal in the place of its order it is no command.
  if (argv[0] === LIBRARY_MODE && process.versions['bun'] !== undefined && !process.stdin.isTTY) {
    return (await import('../machine/native/child.ts')).runLibraryChild();
  }
  const [{ dispatch }, { COMMANDS }] = await Promise.all([
    import('./call/dispatch.ts'),
    import('./all-commands.ts'),
  ]);
  return dispatch(argv, COMMANDS);
}
