/** The NVLink fabric of machines with NVSwitches, and the service that sets it up. */
import { compareDottedVersions } from '../../compat/dotted-version.ts';
import { valueOf } from '../../machine/answer.ts';
import type { Facts } from '../../machine/facts.ts';
import { driverVersion } from '../../machine/questions/driver.ts';
import { inContainer } from '../../machine/questions/platform.ts';
import { evidence } from '../evidence.ts';
import type { Finding } from '../types.ts';
import { fault, perGpu } from './per-gpu.ts';

/** Where the service is known not to run, what the GPUs say of their fabric follows from it. */
export function fabricTroubles(facts: Facts): readonly Finding[] {
  const stopped = managerStopped(facts);
  return stopped.length > 0 ? stopped : fabricNotReady(facts);
}

function managerStopped(facts: Facts): Finding[] {
  const { fabricManager } = facts.services;
  const switches = valueOf(facts.nvSwitches) ?? 0;
  // Without a switch it has nothing to do, and in a container it is the host's.
  if (switches === 0 || inContainer(facts) || fabricManager.state === 'unknown') return [];
  const active = valueOf(fabricManager)?.active;
  if (fabricManager.state === 'present' && (active === null || /^activ(?:e|ating)$/.test(active!))) return [];
  const how = fabricManager.state === 'absent' ? 'is not installed' : `is ${active!}`;
  const other = otherVersion(facts);
  return [
    {
      subject: 'machine',
      severity: 'error',
      confidence: 'certain',
      summary: `This machine has ${switches} NVSwitch${switches === 1 ? '' : 'es'}, and the fabric manager ${how}${
        other === null ? '' : `: it is of version ${other.manager}, the driver of ${other.driver}`
      }`,
      evidence: [
        evidence(facts.nvSwitches, 'NVSwitches', String),
        evidence(fabricManager, 'fabric manager', (state) => state.active ?? 'not known'),
        ...fabricNotReady(facts).flatMap((one) => one.evidence),
      ],
      fix: [],
    },
  ];
}

/** Its package's version, where that is another than the loaded driver's: "550.127.05-0ubuntu1" beside 550.120. */
function otherVersion(facts: Facts): { manager: string; driver: string } | null {
  const driver = driverVersion(facts);
  const installed = (valueOf(facts.kernelDriver.packages) ?? []).find(
    ({ name, state }) => /fabric-?manager/.test(name) && state === 'installed',
  );
  const manager = /(?:^|:)(\d{3}(?:\.\d{1,4}){1,2})/.exec(installed?.version ?? '')?.[1];
  return driver === undefined || manager === undefined || compareDottedVersions(manager, driver) === 0
    ? null
    : { manager, driver };
}

const fabricNotReady = (facts: Facts): Finding[] =>
  perGpu(facts, ({ fabric: { state, status } }) => {
    if (state === null || (/^completed$/i.test(state) && (status === null || /^success$/i.test(status))))
      return null;
    return fault(
      'has not joined the NVLink fabric',
      `fabric: ${state}${status === null ? '' : `, ${status}`}`,
      'likely',
    );
  });
