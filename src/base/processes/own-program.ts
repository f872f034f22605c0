/** How this very program is started again, for work that belongs into a process of its own. */

/** Where the files of a Bun executable lie, as the executable itself sees them. */
const INSIDE_EXECUTABLE = /^\/\$bunfs\//;

/** Program and first arguments: the executable alone, or the runtime with the script that it runs. */
export function selfArgv(
  executable: string = process.execPath,
  script: string | undefined = process.argv[1],
): [string, ...string[]] {
  return script === undefined || INSIDE_EXECUTABLE.test(script) ? [executable] : [executable, script];
}
