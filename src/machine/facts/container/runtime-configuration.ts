/** Which runtimes Docker and containerd know, and what NVIDIA's own is told. */
import { mapAnswer, present, unknown, type Answer } from '../../answer.ts';
import type { RuntimeConfiguration, ToolkitConfiguration } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { joinPath } from '../../paths.ts';
import { readText } from '../recorded.ts';
import type { RuntimeText } from './parse-runtimes.ts';
import { CONTAINERD_FILE, DOCKER_FILE, TOOLKIT_FILE } from './runtime-files.ts';

/** Larger ones are nobody's configuration. */
const MOST = 1 << 20;

/** Where a service of systemd's looks for a program that is named without its folder. */
const SERVICE_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin'] as const;

/** The reader of the text is loaded where there is one: few machines need it. */
export async function probeDocker(machine: Machine): Promise<Answer<RuntimeConfiguration>> {
  const answer = await whole(machine, DOCKER_FILE);
  if (answer.state !== 'present') return answer;
  const { parseDocker } = await import('./parse-runtimes.ts');
  return present(await looked(machine, parseDocker(answer.value)), answer.from);
}

export async function probeContainerd(machine: Machine): Promise<Answer<RuntimeConfiguration>> {
  const answer = await whole(machine, CONTAINERD_FILE);
  if (answer.state !== 'present') return answer;
  const { parseContainerd } = await import('./parse-runtimes.ts');
  return present(await looked(machine, parseContainerd(answer.value)), answer.from);
}

export async function probeToolkitConfiguration(machine: Machine): Promise<Answer<ToolkitConfiguration>> {
  const answer = await whole(machine, TOOLKIT_FILE);
  if (answer.state !== 'present') return answer;
  const { parseToolkit } = await import('./parse-runtimes.ts');
  return present(parseToolkit(answer.value), answer.from);
}

/** Whether the only Docker here is the one from snap, which is confined and reads none of the files above. */
export async function probeSnapDocker(machine: Machine): Promise<Answer<boolean>> {
  const [snap, own] = await Promise.all([machine.stat('/snap/docker'), machine.stat('/usr/bin/dockerd')]);
  if (snap.state === 'unknown' || own.state === 'unknown')
    return unknown('not-recorded', 'where Docker comes from is not known', snap.from);
  return present(snap.state === 'present' && own.state === 'absent', snap.from);
}

/** What was cut off would look broken. */
async function whole(machine: Machine, file: string): Promise<Answer<string>> {
  const answer = await readText(machine, file, MOST);
  return answer.state === 'present' && answer.value.truncated
    ? unknown('failed', 'it is too large for a configuration', answer.from)
    : mapAnswer(answer, ({ text }) => text);
}

async function looked(machine: Machine, { runtimes, ...rest }: RuntimeText): Promise<RuntimeConfiguration> {
  const found = await Promise.all(
    runtimes.map(async (one) => ({ ...one, isThere: await isThere(machine, one.program) })),
  );
  return { ...rest, runtimes: found };
}

/** Null: it could not be looked for, or is named by a type ("io.containerd.runc.v2"). */
async function isThere(machine: Machine, program: string | null): Promise<boolean | null> {
  const isNamed = program !== null && !program.includes('/') && !program.startsWith('io.');
  if (program === null || !(isNamed || program.startsWith('/'))) return null;
  const places = isNamed ? SERVICE_PATH.map((folder) => joinPath(folder, program)) : [program];
  const stats = await Promise.all(places.map((path) => machine.stat(path)));
  if (stats.some(({ state }) => state === 'present')) return true;
  return stats.every(({ state }) => state === 'absent') ? false : null;
}
