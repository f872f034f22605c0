/** Whether the compat libraries of a prefix are for the driver and the GPUs of a machine. */
import type { Machine } from '../../machine/machine.ts';

/** Where they lie in a prefix. */
export const COMPAT = 'compat';

/**
 * True only where a table says so: in front of a driver or GPU that they are not made for, the first call of CUDA would fail.
 * Most prefixes have none, so what looks at a machine is loaded here.
 *
 * @param machine this one where none is given
 */
export async function compatServes(prefix: string, machine?: Machine): Promise<boolean> {
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
  if (release.state !== 'present') return false;
  const { driver, gpus } = await hardwareOf(machine ?? own);
  return driver !== null && forwardCompatServes(release.value.cuda, driver, gpus).fit === 'yes';
}
