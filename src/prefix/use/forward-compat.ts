/** Whether the compat libraries of a prefix are for the driver and the GPUs of a machine. */
import { isForeign } from '../../base/architecture.ts';
import type { Machine } from '../../machine/machine.ts';

/** Where they lie in a prefix. */
export const COMPAT = 'compat';

export interface CompatUse {
  /** Whether `run`, `env` and the like put the libraries first. */
  used: boolean;
  /** The rule's sentence: what speaks for it, or against it. */
  why: string;
}

/**
 * Used only where a table says so: in front of a driver or GPU that they are not made for, the first call of CUDA would fail.
 * Most prefixes have none, so what looks at a machine is loaded here.
 *
 * @param machine this one where none is given
 */
export async function compatUse(prefix: string, machine?: Machine): Promise<CompatUse> {
  const [{ liveMachine }, { hardwareOf }, { readPrefixRelease }, { forwardCompatServes }] = await Promise.all(
    [
      import('../../machine/kinds/live.ts'),
      import('../../machine/facts/hardware.ts'),
      import('../../machine/records/read-prefix-manifest.ts'),
      import('../../compat/rules/forward-compat-serves.ts'),
    ],
  );
  const own = liveMachine();
  const release = await readPrefixRelease(own, prefix);
  if (release.state !== 'present') return { used: false, why: 'the manifest of the prefix cannot be read' };
  const { cuda, architecture } = release.value;
  if (isForeign(architecture)) return { used: false, why: `the prefix is for machines of ${architecture}` };
  const { driver, gpus } = await hardwareOf(machine ?? own);
  if (driver === null) return { used: false, why: 'no driver was found' };
  const { fit, text } = forwardCompatServes(cuda, driver, gpus);
  return { used: fit === 'yes', why: text };
}
