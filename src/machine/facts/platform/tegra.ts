/** Whether this is a Jetson: NVIDIA's Linux for Tegra says so, and so does the device tree. */
import { present, unknown, valueOf, type Answer } from '../../answer.ts';
import type { KernelFacts } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { readText } from '../recorded.ts';

const RELEASE = '/etc/nv_tegra_release';
const DEVICE_TREE = '/proc/device-tree/compatible';

/**
 *     # R35 (release), REVISION: 4.1, GCID: 33958178, BOARD: t186ref, EABI: aarch64, DATE: ...
 *
 * Containers have the kernel and the device tree of their host, but not the first file.
 */
export async function probeTegra(
  machine: Machine,
  kernel: Answer<KernelFacts>,
): Promise<Answer<string | null>> {
  const running = valueOf(kernel);
  if (running?.architecture === 'x86_64') return present(null, kernel.from);
  const [file, tree] = await Promise.all([
    readText(machine, RELEASE, 4096),
    readText(machine, DEVICE_TREE, 4096),
  ]);
  if (file.state === 'present') return present(releaseIn(file.value.text), file.from);
  if (tree.state === 'present' && /nvidia,tegra\d/.test(tree.value.text)) return present('', tree.from);
  if (running?.release.endsWith('-tegra') === true) return present('', kernel.from);
  return file.state === 'absent' && running !== undefined
    ? present(null, file.from)
    : unknown('not-recorded', "the marks of NVIDIA's Linux for Tegra were not looked for", file.from);
}

function releaseIn(text: string): string {
  const match = /^# R(\d{1,3}) \(release\), REVISION: ([\d.]{1,12})/m.exec(text);
  return match === null ? '' : `R${match[1]}.${match[2]}`;
}
