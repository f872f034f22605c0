/** Whether somebody, or something like prime-select, keeps the nvidia module from loading. */
import { valueOf } from '../machine/answer.ts';
import type { Facts } from '../machine/facts.ts';

/** modprobe.d: `alias nvidia off` (prime-select intel) or `blacklist nvidia`; modprobe then looks for a module "off". */
export function nvidiaIsSwitchedOff(facts: Facts): boolean {
  return valueOf(facts.kernelDriver.blacklisted.nvidia) === true || aliasedOff(facts);
}

function aliasedOff(facts: Facts): boolean {
  return facts.transcripts.some(({ stdout, stderr }) =>
    /by name='off'|could not insert 'off'/.test(stdout + stderr),
  );
}
