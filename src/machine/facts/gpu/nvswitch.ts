/**
 * NVSwitches on the PCI bus: NVIDIA's devices of the class "other bridge" (0680). From the Blackwell generation on they are no PCI devices
 * of their own, so that none here does not say that there is none.
 */
import { present, unknown, type Answer } from '../../answer.ts';
import type { Machine } from '../../machine.ts';
import { recordedOutputs } from '../recorded.ts';
import { pciFunctions } from './gpus.ts';
import { parseLspci } from './lspci.ts';

const OTHER_BRIDGE = '0680';

/** How many are seen. */
export async function probeNvSwitches(machine: Machine): Promise<Answer<number>> {
  const bus = await pciFunctions(machine);
  if (bus.state === 'present') {
    const { functions, isWhole } = bus.value;
    const count = functions.filter(({ deviceClass }) => deviceClass?.startsWith(OTHER_BRIDGE)).length;
    if (count > 0 || isWhole) return present(count, bus.from);
  }
  for (const { line, text, from } of recordedOutputs(machine, 'lspci')) {
    const devices = parseLspci(text).filter(({ isNvidia }) => isNvidia);
    const bridges = devices.filter(
      ({ class: kind, name }) => kind === OTHER_BRIDGE || /\[[^\]]{0,40}NVSwitch\]/.test(name),
    );
    if (bridges.length > 0 || (devices.length > 0 && !line.filtered)) return present(bridges.length, from);
  }
  return unknown('not-recorded', 'no whole list of PCI devices', bus.from);
}
