/** Which driver runs, and which could. Unknown is never taken for absent. */
import { valueOf } from '../answer.ts';
import type { Facts } from '../facts.ts';

type Driver<K extends keyof Facts['kernelDriver']> = { kernelDriver: Pick<Facts['kernelDriver'], K> };
type Smi = Pick<Facts, 'nvidiaSmi'>;

export const smiWorks = (facts: Smi): boolean => valueOf(facts.nvidiaSmi)?.outcome === 'ok';

/** Version of the running driver: the loaded module's, else what a working nvidia-smi says. */
export function driverVersion(facts: Driver<'moduleVersion'> & Smi): string | undefined {
  const smi = valueOf(facts.nvidiaSmi);
  return (
    valueOf(facts.kernelDriver.moduleVersion) ??
    (smi?.outcome === 'ok' ? (smi.driverVersion ?? undefined) : undefined)
  );
}

/** Whether the nvidia module runs; undefined: not known. */
export function moduleLoaded(facts: Driver<'moduleVersion' | 'modules'> & Smi): boolean | undefined {
  const { moduleVersion, modules } = facts.kernelDriver;
  if (smiWorks(facts) || moduleVersion.state === 'present') return true;
  if (modules.state === 'present') return modules.value.includes('nvidia');
  return moduleVersion.state === 'absent' || modules.state === 'absent' ? false : undefined;
}

/** Whether the module exists for the running kernel; undefined: not known. */
export function builtForRunningKernel(
  facts: Driver<'moduleBuiltFor'> & { platform: Pick<Facts['platform'], 'kernel'> },
): boolean | undefined {
  const kernel = valueOf(facts.platform.kernel);
  const { moduleBuiltFor } = facts.kernelDriver;
  if (moduleBuiltFor.state === 'absent') return false;
  if (moduleBuiltFor.state === 'unknown' || kernel === undefined) return undefined;
  return moduleBuiltFor.value.includes(kernel.release);
}

/**
 * Whether somebody, or something like prime-select, keeps the nvidia module from loading. modprobe.d: `alias nvidia off`
 * (prime-select intel) or `blacklist nvidia`; modprobe then looks for a module "off".
 */
export function nvidiaIsSwitchedOff(facts: Driver<'blacklisted'> & Pick<Facts, 'transcripts'>): boolean {
  return (
    valueOf(facts.kernelDriver.blacklisted.nvidia) === true ||
    facts.transcripts.some(({ stdout, stderr }) =>
      /by name='off'|could not insert 'off'/.test(stdout + stderr),
    )
  );
}
