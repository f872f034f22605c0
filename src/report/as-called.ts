/**
 * Commands of ours in what is said, by the name that the program was started by: who types `./gpu-setup` has no
 * `gpu-setup` on PATH. Everywhere else, in documents, pages and files for others, the program has its own name.
 */

interface Call {
  /** A word of a shell; asked when something names a command. */
  program: () => string;
  /** What follows the program where a command is meant, and not the program itself. */
  commands: RegExp;
}

let call: Call | null = null;

/** @param program asked at most when a text names one of the commands */
export function sayAs(program: () => string, commands: readonly string[]): void {
  call = {
    program,
    commands: new RegExp(
      String.raw`(?<![\w./-])gpu-setup(?= (?:--[a-z]|(?:${commands.join('|')})(?![\w-])))`,
      'g',
    ),
  };
}

/** Said twice it is the same. */
export function asCalled(text: string): string {
  if (call === null || !text.includes('gpu-setup ')) return text;
  const { program, commands } = call;
  return text.replace(commands, () => program());
}
