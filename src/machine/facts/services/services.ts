/**
 * Services of the driver as systemd has them: what somebody recorded of systemctl, else one question to it where a driver or GPU is
 * there; of an image that does not run, the unit's file.
 *
 *     $ systemctl show -p Id,LoadState,ActiveState,UnitFileState nvidia-fabricmanager.service nvidia-persistenced.service
 *     Id=nvidia-fabricmanager.service
 *     LoadState=loaded
 *     ActiveState=failed
 *     UnitFileState=enabled
 *
 *     $ systemctl status nvidia-fabricmanager
 *     * nvidia-fabricmanager.service - NVIDIA fabric manager service
 *          Loaded: loaded (/lib/systemd/system/nvidia-fabricmanager.service; enabled; vendor preset: enabled)
 *          Active: failed (Result: exit-code) since Tue 2024-11-05 13:55:26 UTC; 2min ago
 *
 *     Unit nvidia-fabricmanager.service could not be found.
 */
import { absent, present, unknown, type Answer } from '../../answer.ts';
import type { ServiceFacts } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { linesOf, notLooked, recordedOutputs, type Output } from '../recorded.ts';

export const SERVICES = {
  fabricManager: 'nvidia-fabricmanager',
  persistenced: 'nvidia-persistenced',
} as const;

type Service = keyof typeof SERVICES;

/** Where distributions and installers put units, and where an administrator does. */
const UNIT_FOLDERS = ['/etc/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system'];

/** @param concerned whether a driver or GPU is there: without one nobody is asked */
export async function probeServices(
  machine: Machine,
  { container, concerned }: { container: Answer<unknown>; concerned: boolean },
): Promise<Record<Service, Answer<ServiceFacts>>> {
  const outputs = recordedOutputs(machine, 'systemctl');
  const isInside = container.state === 'present' && container.value !== null;
  const asked =
    outputs.length > 0 || isInside || !concerned || !machine.isRunning || machine.isRecording
      ? outputs
      : await asking(machine);
  const read = async (service: Service): Promise<Answer<ServiceFacts>> => {
    const name = SERVICES[service];
    for (const { text, from } of asked) {
      const state = parseUnit(text, name);
      if (state === 'no such unit') return absent(from);
      if (state !== null) return present(state, from);
    }
    if (isInside) return notLooked("services are the host's");
    return machine.isRunning && !machine.isRecording
      ? notLooked('nothing here needs it')
      : fromUnitFile(machine, name);
  };
  return { fabricManager: await read('fabricManager'), persistenced: await read('persistenced') };
}

async function asking(machine: Machine): Promise<Pick<Output, 'text' | 'from'>[]> {
  const answer = await machine.run([
    'systemctl',
    'show',
    '-p',
    'Id,LoadState,ActiveState,UnitFileState',
    ...Object.values(SERVICES).map((name) => `${name}.service`),
  ]);
  return answer.state === 'present' ? [{ text: answer.value.stdout, from: answer.from }] : [];
}

/** Null: the text says nothing of it. */
export function parseUnit(text: string, name: string): ServiceFacts | 'no such unit' | null {
  const lines = linesOf(text);
  const unit = `${name}.service`;
  if (lines.some((line) => line.includes(unit) && /^Unit \S{1,80} could not be found/.test(line.trim())))
    return 'no such unit';
  return shown(text, unit) ?? status(lines, unit);
}

function shown(text: string, unit: string): ServiceFacts | 'no such unit' | null {
  const block = text.split(/\r?\n\r?\n/).find((one) => one.split(/\r?\n/).includes(`Id=${unit}`));
  if (block === undefined) return null;
  const values = new Map(
    linesOf(block).map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)] as const;
    }),
  );
  if (values.get('LoadState') === 'not-found') return 'no such unit';
  const active = values.get('ActiveState');
  const file = values.get('UnitFileState');
  return active === undefined ? null : { active, enabled: file ? file.startsWith('enabled') : null };
}

/** How many lines below the unit's name its state stands. */
const LINES_OF_HEAD = 8;

function status(lines: readonly string[], unit: string): ServiceFacts | null {
  const at = lines.findIndex((line) => /^\W{0,8}/.test(line) && line.slice(0, 120).includes(`${unit} - `));
  if (at < 0) return null;
  const head = lines.slice(at + 1, at + 1 + LINES_OF_HEAD);
  const active = head.map((line) => /^\s{0,12}Active: ([a-z]{3,20})/.exec(line)?.[1]).find(Boolean);
  const enabled = head
    .map((line) => /^\s{0,12}Loaded: loaded \([^;]{1,200}; ([a-z]+)/.exec(line)?.[1])
    .find(Boolean);
  return active === undefined
    ? null
    : { active, enabled: enabled === undefined ? null : enabled.startsWith('enabled') };
}

async function fromUnitFile(machine: Machine, name: string): Promise<Answer<ServiceFacts>> {
  const stats = await Promise.all(UNIT_FOLDERS.map((folder) => machine.stat(`${folder}/${name}.service`)));
  const there = stats.find(({ state }) => state === 'present');
  if (there === undefined)
    return stats.every(({ state }) => state === 'absent')
      ? absent(stats[0]!.from)
      : unknown('not-recorded', 'nothing is known of this service', stats[0]!.from);
  const wanted = await machine.readLink(`/etc/systemd/system/multi-user.target.wants/${name}.service`);
  return present(
    { active: null, enabled: wanted.state === 'unknown' ? null : wanted.state === 'present' },
    there.from,
  );
}
