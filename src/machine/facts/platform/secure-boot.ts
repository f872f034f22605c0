/** Whether the firmware lets only signed kernel modules through. */
import { present, unknown, type Answer } from '../../answer.ts';
import type { ContainerKind } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { firstKnown, recordedOutputs } from '../recorded.ts';

/** Four bytes of attributes, then 1 or 0 (UEFI specification, "Globally Defined Variables"). */
const VARIABLE = 'SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c';
const FOLDERS = ['/sys/firmware/efi/efivars', '/sys/firmware/efi/vars'] as const;

export async function probeSecureBoot(
  machine: Machine,
  container: Answer<ContainerKind | null>,
  kernelLog: () => Promise<Answer<readonly string[]>>,
): Promise<Answer<boolean>> {
  return firstKnown(
    () => fromFirmware(machine, container),
    () => fromTools(machine),
    async () => fromKernelLog(await kernelLog()),
  );
}

async function fromFirmware(
  machine: Machine,
  container: Answer<ContainerKind | null>,
): Promise<Answer<boolean>> {
  const variable = await machine.readBytes(`${FOLDERS[0]}/${VARIABLE}`, 64);
  if (variable.state === 'present') {
    const { bytes } = variable.value;
    return bytes.length >= 5
      ? present(bytes[4] === 1, variable.from)
      : unknown('failed', `holds ${bytes.length} bytes, not 5`, variable.from);
  }
  // sysfs of kernels before 3.8: the value alone.
  const old = await machine.readBytes(`${FOLDERS[1]}/${VARIABLE}/data`, 64);
  if (old.state === 'present' && old.value.bytes.length >= 1)
    return present(old.value.bytes[0] === 1, old.from);
  const [efi, firmware] = await Promise.all([
    machine.stat('/sys/firmware/efi'),
    machine.stat('/sys/firmware'),
  ]);
  if (efi.state === 'absent' && firmware.state === 'present') {
    // Container runtimes hide /sys/firmware behind an empty folder.
    return container.state === 'present' && container.value === null
      ? present(false, efi.from)
      : unknown('not-permitted', 'containers do not see the firmware', efi.from);
  }
  return variable.state === 'unknown'
    ? variable
    : unknown('failed', 'the firmware does not show its Secure Boot state', variable.from);
}

/**
 *     SecureBoot enabled                                   mokutil --sb-state
 *     EFI variables are not supported on this system
 *       Secure Boot: disabled (setup)                      bootctl
 *     secureboot: Secure boot enabled                      dmesg
 *     Kernel is locked down from EFI Secure Boot mode; see man kernel_lockdown.7
 */
export function parseSecureBoot(text: string): boolean | undefined {
  const state = /\bSecure ?Boot:?\s{1,8}(enabled|disabled)\b/i.exec(text)?.[1];
  if (state) return state.toLowerCase() === 'enabled';
  if (/locked down from EFI Secure Boot/i.test(text)) return true;
  return /EFI variables are not supported on this system/.test(text) ? false : undefined;
}

function fromTools(machine: Machine): Answer<boolean> {
  for (const { text, from } of recordedOutputs(machine, 'mokutil', 'bootctl')) {
    const enabled = parseSecureBoot(text);
    if (enabled !== undefined) return present(enabled, from);
  }
  return unknown('not-recorded', 'not part of this snapshot', {
    kind: 'command',
    name: 'mokutil --sb-state',
  });
}

function fromKernelLog(log: Answer<readonly string[]>): Answer<boolean> {
  const enabled = log.state === 'present' ? parseSecureBoot(log.value.join('\n')) : undefined;
  return enabled === undefined
    ? unknown('not-recorded', 'the kernel log does not tell', log.from)
    : present(enabled, log.from);
}
