/** The environment of children; apart from run-process.ts, which takes its time to load. */

/** The caller's environment without what belongs to our own runtime. */
export function childEnvironment(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && !/^(BUN_|GPU_SETUP_LAUNCH)/.test(entry[0]),
    ),
  );
}
