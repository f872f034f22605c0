/** Whether this is a Jetson: its driver is part of L4T, NVIDIA's Linux for it, and nothing of a desktop's driver applies. */
import { present, valueOf, type Answer } from '../../answer.ts';
import type { KernelFacts } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { readText } from '../recorded.ts';

const RELEASE = '/etc/nv_tegra_release';
const MODEL = '/proc/device-tree/model';

export interface JetsonSources {
  kernel: Answer<KernelFacts>;
  /** As `uname -m` names it. */
  architecture: Answer<string>;
}

/** "L4T 32.5.0", or the model where no file names the release; present with null: looked, and it is none. */
export async function probeJetson(
  machine: Machine,
  { kernel, architecture }: JetsonSources,
): Promise<Answer<string | null>> {
  const release = await readText(machine, RELEASE, 4096);
  const named = release.state === 'present' ? parseTegraRelease(release.value.text) : null;
  if (named !== null) return present(named, release.from);
  if (valueOf(architecture) === 'x86_64') return present(null, architecture.from);
  const model = await readText(machine, MODEL, 4096);
  const board = model.state === 'present' ? jetsonModel(model.value.text) : null;
  if (board !== null) return present(board, model.from);
  // "5.10.104-tegra": no other machine runs NVIDIA's kernel for Tegra.
  const running = valueOf(kernel);
  if (running !== undefined && /-tegra\b/.test(running.release))
    return present(`kernel ${running.release}`, kernel.from);
  return release.state === 'unknown' ? release : present(null, release.from);
}

/**
 *     # R32 (release), REVISION: 5.0, GCID: 25531747, BOARD: t210ref, EABI: aarch64, DATE: Fri Jan 15 22:55:35 UTC 2021
 *
 * @returns "L4T 32.5.0"; null for what is no such file
 */
export function parseTegraRelease(text: string): string | null {
  const head = text.slice(0, 4096);
  const match = /^# R(\d{1,3}) \([^()\n]{0,40}\), REVISION: (\d{1,3}(?:\.\d{1,3}){0,2})/m.exec(head);
  return match ? `L4T ${match[1]}.${match[2]}` : null;
}

/** "NVIDIA Jetson Nano Developer Kit", with the NUL at which texts of a device tree end. */
function jetsonModel(text: string): string | null {
  const model = text.replaceAll('\0', '').trim();
  return /\bjetson\b/i.test(model) ? model : null;
}
