/** What people type who know other tools. */

/** Understood, as the command that it stands for. */
const ALIASES: Readonly<Record<string, string>> = {
  ls: 'list',
  rm: 'remove',
  uninstall: 'remove',
};

/** Not understood, since each would be one more name for good, but answered with the command that does it. */
export const CALLED_ELSEWHERE: Readonly<Record<string, string>> = {
  add: 'install',
  get: 'install',
  pin: 'lock',
  freeze: 'lock',
  update: 'upgrade',
  revert: 'rollback',
  undo: 'rollback',
  downgrade: 'rollback',
  del: 'remove',
  delete: 'remove',
  erase: 'remove',
  deinstall: 'remove',
  purge: 'remove',
  unlink: 'remove',
  autoremove: 'prune',
  clean: 'prune',
  cleanup: 'prune',
  gc: 'prune',
  info: 'show',
  available: 'search',
  find: 'search',
  query: 'search',
  exec: 'run',
  activate: 'env',
  load: 'env',
  deactivate: 'env --off',
  leave: 'env --off',
  unload: 'env --off',
  diagnose: 'doctor',
  check: 'doctor',
  status: 'doctor',
  why: 'explain',
  compile: 'build',
  make: 'build',
  test: 'smoke',
  fsck: 'verify',
};

/** Of two that undo each other none is proposed where both may have been meant. */
export const OPPOSITES: readonly (readonly [string, string])[] = [
  ['install', 'remove'],
  ['env', 'env --off'],
];

/** Other names that a command can be called by. */
export function aliasesOf(command: string): string[] {
  return Object.keys(ALIASES).filter((alias) => ALIASES[alias] === command);
}
