/** How a program that asks before it changes anything is told not to: its manual's option, and where that may stand. */

const ASKING: Readonly<Record<string, { option: string; behind: 'program' | 'verb' }>> = {
  apt: { option: '-y', behind: 'program' },
  'apt-get': { option: '-y', behind: 'program' },
  dnf: { option: '-y', behind: 'program' },
  yum: { option: '-y', behind: 'program' },
  zypper: { option: '--non-interactive', behind: 'program' },
  pacman: { option: '--noconfirm', behind: 'program' },
  conda: { option: '-y', behind: 'verb' },
};

/** The same command with that option; as it is where the program asks nothing, or was told already. */
export function unattended(argv: readonly string[]): readonly string[] {
  const [program = '', verb, ...rest] = argv;
  const known = Object.hasOwn(ASKING, program) ? ASKING[program] : undefined;
  if (known === undefined || verb === undefined || argv.includes(known.option)) return argv;
  return known.behind === 'program'
    ? [program, known.option, verb, ...rest]
    : [program, verb, known.option, ...rest];
}
