/**
 * From arguments to exit code. What every call pays for stands here; the parser, the commands and what they need are
 * loaded when a command is used.
 */
import { version, versionRequest } from './version.ts';

/**
 * Runs one call and returns its exit code; never throws.
 *
 * @param argv arguments without runtime and script
 */
export async function main(argv: readonly string[]): Promise<number> {
  const asked = versionRequest(argv);
  if (asked !== null) {
    process.stdout.write(
      asked.json ? `${JSON.stringify({ schema: 'gpu-setup/version@1', version })}\n` : `${version}\n`,
    );
    return 0;
  }
  const [{ dispatch }, { COMMANDS }] = await Promise.all([import('./dispatch.ts'), import('./table.ts')]);
  return dispatch(argv, COMMANDS);
}
