/** Installed packages that concern NVIDIA, from dpkg's status file or a pasted `dpkg -l`. */
import { absent, present, unknown, type Answer } from '../../answer.ts';
import type { InstalledPackage } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { parseDpkgStatus, stanzasOf } from '../../../formats/dpkg-status.ts';
import { linesOf, recordedOutputs } from '../recorded.ts';

/** Names start so, or hold "nvidia" (linux-modules-nvidia-535-generic, xserver-xorg-video-nvidia-535). */
const BEGINNINGS = ['cuda', 'cudnn', 'nccl', 'cublas', 'tensorrt', 'nvinfer'] as const;
const WANTED = new RegExp(`^(?:lib)?(?:${BEGINNINGS.join('|')})|nvidia`);
const WORDS = [...BEGINNINGS, 'nvidia'] as const;

/** Desktops have 3 to 8 MB of it. */
const MAX_STATUS_BYTES = 64 << 20;

export async function probePackages(machine: Machine): Promise<Answer<readonly InstalledPackage[]>> {
  const file = await machine.readBytes('/var/lib/dpkg/status', MAX_STATUS_BYTES);
  if (file.state === 'present') {
    const stanzas = stanzasOf(file.value.bytes, WORDS, (name) => WANTED.test(name));
    const packages = parseDpkgStatus(stanzas).map(({ name, version, architecture, state }) => ({
      name,
      version,
      architecture,
      state,
    }));
    if (packages.length > 0) return present(packages, file.from);
    return file.value.truncated
      ? unknown('not-recorded', 'only the beginning is recorded', file.from)
      : absent(file.from);
  }
  for (const { line, result, from } of recordedOutputs(machine, 'dpkg', 'dpkg-query')) {
    const packages = parseDpkgList(result.stdout);
    if (packages.length > 0) return present(packages, from);
    const listsAll = line.operands.length === 0 && !line.filtered && !result.truncated;
    if (listsAll && /^[a-z]{2} {2}\S/m.test(result.stdout)) return absent(from);
  }
  return file.state === 'unknown'
    ? file
    : unknown('not-applicable', 'packages are not managed by dpkg here', file.from);
}

/** Second letter of `dpkg -l`'s first column. */
const STATES: Readonly<Record<string, string>> = {
  c: 'config-files',
  H: 'half-installed',
  U: 'unpacked',
  F: 'half-configured',
  W: 'triggers-awaiting',
  t: 'triggers-pending',
  i: 'installed',
};

/**
 *     ii  libnvidia-compute-415:amd64   415.18-0ubuntu0~gpu18.04.2   amd64   NVIDIA libcompute package
 *     rc  nvidia-dkms-396               396.54-0ubuntu0~gpu18.04.1   amd64   NVIDIA DKMS package
 */
export function parseDpkgList(text: string): InstalledPackage[] {
  return linesOf(text).flatMap((line) => {
    const match = /^\s*[uihrp]([a-zA-Z])R?\s+(\S+)\s+(\d\S*)(?:\s+(\S+))?/.exec(line);
    const state = match ? STATES[match[1]!] : undefined;
    if (!match || !state) return [];
    const [name, qualifier] = match[2]!.split(':');
    if (!WANTED.test(name!)) return [];
    return [{ name: name!, version: match[3]!, architecture: match[4] ?? qualifier ?? '', state }];
  });
}
