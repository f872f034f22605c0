/** Which runtimes Docker and containerd know, and what NVIDIA's own is told. */
import { isRecord } from '../../../base/is-record.ts';
import { messageOf } from '../../../base/errors.ts';
import { mapAnswer, present, unknown, type Answer } from '../../answer.ts';
import type { ContainerRuntime, RuntimeConfiguration, ToolkitConfiguration } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { joinPath } from '../../paths.ts';
import { readText } from '../recorded.ts';

export const DOCKER_FILE = '/etc/docker/daemon.json';
export const CONTAINERD_FILE = '/etc/containerd/config.toml';
export const TOOLKIT_FILE = '/etc/nvidia-container-runtime/config.toml';

/** Larger ones are nobody's configuration. */
const MOST = 1 << 20;

/** Where a service of systemd's looks for a program that is named without its folder. */
const SERVICE_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin'] as const;

type Table = Readonly<Record<string, unknown>>;
type Named = Pick<ContainerRuntime, 'name' | 'program'>;
type Parsed = Pick<RuntimeConfiguration, 'defaultRuntime' | 'isWhole'> & { runtimes: readonly Named[] };

/**
 *     { "default-runtime": "nvidia", "runtimes": { "nvidia": { "args": [], "path": "nvidia-container-runtime" } } }
 */
export async function probeDocker(machine: Machine): Promise<Answer<RuntimeConfiguration>> {
  return configuration(machine, DOCKER_FILE, (text) => {
    const all = text.trim() === '' ? {} : table(JSON.parse(text));
    return {
      runtimes: Object.entries(table(all['runtimes'])).map(([name, one]) => ({
        name,
        program: textOr(table(one)['path'], table(one)['runtimeType']),
      })),
      defaultRuntime: textOr(all['default-runtime']),
      isWhole: true,
    };
  });
}

/**
 *     imports = ["/etc/containerd/conf.d/*.toml"]
 *     [plugins."io.containerd.grpc.v1.cri".containerd]
 *       default_runtime_name = "nvidia"
 *       [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.nvidia]
 *         [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.nvidia.options]
 *           BinaryName = "/usr/bin/nvidia-container-runtime"
 *
 * Since containerd 2 the plugin is called io.containerd.cri.v1.runtime.
 */
export async function probeContainerd(machine: Machine): Promise<Answer<RuntimeConfiguration>> {
  return configuration(machine, CONTAINERD_FILE, async (text) => {
    const { parse } = await toml();
    const all: Table = parse(text);
    const parts = Object.values(table(all['plugins'])).map((plugin) => table(table(plugin)['containerd']));
    return {
      runtimes: parts.flatMap((part) =>
        Object.entries(table(part['runtimes'])).map(([name, one]) => ({
          name,
          program: textOr(table(table(one)['options'])['BinaryName']),
        })),
      ),
      defaultRuntime: textOr(...parts.map((part) => part['default_runtime_name'])),
      isWhole: !Array.isArray(all['imports']) || all['imports'].length === 0,
    };
  });
}

/**
 *     [nvidia-container-cli]
 *     no-cgroups = false
 *     [nvidia-container-runtime]
 *     mode = "auto"
 */
export async function probeToolkitConfiguration(machine: Machine): Promise<Answer<ToolkitConfiguration>> {
  const answer = await readText(machine, TOOLKIT_FILE, MOST);
  if (answer.state !== 'present') return answer;
  const { parse } = await toml();
  try {
    const all: Table = parse(answer.value.text);
    return present(
      {
        fault: null,
        mode: textOr(table(all['nvidia-container-runtime'])['mode']),
        noCgroups: table(all['nvidia-container-cli'])['no-cgroups'] === true,
      },
      answer.from,
    );
  } catch (error) {
    return present({ fault: firstLine(error), mode: null, noCgroups: false }, answer.from);
  }
}

/** Whether the only Docker here is the one from snap, which is confined and reads none of the files above. */
export async function probeSnapDocker(machine: Machine): Promise<Answer<boolean>> {
  const [snap, own] = await Promise.all([machine.stat('/snap/docker'), machine.stat('/usr/bin/dockerd')]);
  if (snap.state === 'unknown' || own.state === 'unknown')
    return unknown('not-recorded', 'where Docker comes from is not known', snap.from);
  return present(snap.state === 'present' && own.state === 'absent', snap.from);
}

async function configuration(
  machine: Machine,
  file: string,
  parse: (text: string) => Parsed | Promise<Parsed>,
): Promise<Answer<RuntimeConfiguration>> {
  const answer = await readText(machine, file, MOST);
  if (answer.state !== 'present') return answer;
  try {
    const { runtimes, ...rest } = await parse(answer.value.text);
    const looked = await Promise.all(
      runtimes.map(async (one) => ({ ...one, isThere: await isThere(machine, one) })),
    );
    return present({ fault: null, runtimes: looked, ...rest }, answer.from);
  } catch (error) {
    return mapAnswer(answer, () => ({
      fault: firstLine(error),
      runtimes: [],
      defaultRuntime: null,
      isWhole: false,
    }));
  }
}

/** Null: it could not be looked for, or is named by a type and no program. */
async function isThere(machine: Machine, { program }: Named): Promise<boolean | null> {
  if (program === null || (program.includes('/') && !program.startsWith('/')) || /^io\./.test(program))
    return null;
  const places = program.startsWith('/')
    ? [program]
    : SERVICE_PATH.map((folder) => joinPath(folder, program));
  const stats = await Promise.all(places.map((path) => machine.stat(path)));
  if (stats.some(({ state }) => state === 'present')) return true;
  return stats.every(({ state }) => state === 'absent') ? false : null;
}

/** A reader that few machines need. */
const toml = (): Promise<typeof import('smol-toml')> => import('smol-toml');

const table = (value: unknown): Table => (isRecord(value) ? value : {});

const textOr = (...values: readonly unknown[]): string | null =>
  values.find((value): value is string => typeof value === 'string') ?? null;

const firstLine = (error: unknown): string => messageOf(error).split('\n')[0]!.slice(0, 200);
