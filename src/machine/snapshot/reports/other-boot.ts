/** journalctl -b -1, --boot -2, --boot=-1: what happened before the machine was started is not its present. */
import { commandLine } from '../argv.ts';

export function isOfAnotherBoot(argv: readonly string[]): boolean {
  if (commandLine(argv).program !== 'journalctl') return false;
  return argv.some(
    (word, at) =>
      /^(?:-b|--boot)=?-[1-9]\d?$/.test(word) ||
      (/^-[1-9]\d?$/.test(word) && /^(?:-b|--boot)$/.test(argv[at - 1] ?? '')),
  );
}
