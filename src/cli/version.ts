/** `--version` and `version`, answered before anything is loaded. */

export const version = __VERSION__;

const ASKING = ['version', '--version', '-V'];

/** Whether a call asks for the version and nothing else, and in which form; null where it does not. */
export function versionRequest(argv: readonly string[]): { json: boolean } | null {
  const others = argv.filter((argument) => !ASKING.includes(argument));
  if (others.length === argv.length || others.some((argument) => argument !== '--json')) return null;
  return { json: others.length > 0 };
}
