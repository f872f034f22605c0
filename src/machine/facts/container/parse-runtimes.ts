/** Texts in which runtimes of containers are configured. What is of another form than expected is taken for not said. */
import { parse, TomlError } from 'smol-toml';
import { isRecord } from '../../../base/is-record.ts';
import type { ContainerRuntime, RuntimeConfiguration, ToolkitConfiguration } from '../../facts.ts';

/** Before anybody looked whether the programs are there. */
export type RuntimeText = Omit<RuntimeConfiguration, 'runtimes'> & {
  runtimes: readonly Omit<ContainerRuntime, 'isThere'>[];
};

type Table = Readonly<Record<string, unknown>>;

const BROKEN = { runtimes: [], defaultRuntime: null, isWhole: false } as const;

/**
 * Docker's daemon.json; an empty one is sound:
 *
 *     { "default-runtime": "nvidia", "runtimes": { "nvidia": { "args": [], "path": "nvidia-container-runtime" } } }
 */
export function parseDocker(text: string): RuntimeText {
  let all: Table;
  try {
    all = text.trim() === '' ? {} : table(JSON.parse(text));
  } catch {
    // The words of JSON.parse quote the text, and differ between runtimes.
    return { fault: 'it is no JSON', ...BROKEN };
  }
  return {
    fault: null,
    runtimes: Object.entries(table(all['runtimes'])).map(([name, one]) => ({
      name,
      program: firstText(table(one)['path'], table(one)['runtimeType']),
    })),
    defaultRuntime: firstText(all['default-runtime']),
    isWhole: true,
  };
}

/**
 * containerd's config.toml; since containerd 2 the plugin is called io.containerd.cri.v1.runtime:
 *
 *     imports = ["/etc/containerd/conf.d/*.toml"]
 *     [plugins."io.containerd.grpc.v1.cri".containerd]
 *       default_runtime_name = "nvidia"
 *       [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.nvidia.options]
 *         BinaryName = "/usr/bin/nvidia-container-runtime"
 */
export function parseContainerd(text: string): RuntimeText {
  const all = tomlOf(text);
  if (typeof all === 'string') return { fault: all, ...BROKEN };
  const parts = Object.values(table(all['plugins'])).map((plugin) => table(table(plugin)['containerd']));
  return {
    fault: null,
    runtimes: parts.flatMap((part) =>
      Object.entries(table(part['runtimes'])).map(([name, one]) => ({
        name,
        program: firstText(table(table(one)['options'])['BinaryName']),
      })),
    ),
    defaultRuntime: firstText(...parts.map((part) => part['default_runtime_name'])),
    isWhole: !Array.isArray(all['imports']) || all['imports'].length === 0,
  };
}

/**
 * config.toml of NVIDIA's Container Toolkit:
 *
 *     [nvidia-container-cli]
 *     no-cgroups = false
 *     [nvidia-container-runtime]
 *     mode = "auto"
 */
export function parseToolkit(text: string): ToolkitConfiguration {
  const all = tomlOf(text);
  if (typeof all === 'string') return { fault: all, mode: null, noCgroups: false };
  return {
    fault: null,
    mode: firstText(table(all['nvidia-container-runtime'])['mode']),
    noCgroups: table(all['nvidia-container-cli'])['no-cgroups'] === true,
  };
}

/** The tables, or what is wrong. */
function tomlOf(text: string): Table | string {
  try {
    return parse(text);
  } catch (error) {
    return error instanceof TomlError ? `it is no TOML (line ${error.line})` : 'it is no TOML';
  }
}

const table = (value: unknown): Table => (isRecord(value) ? value : {});

const firstText = (...values: readonly unknown[]): string | null =>
  values.find((value): value is string => typeof value === 'string') ?? null;
