/** What of the caller's environment decides which GPU, toolkit and compiler are taken. */
import { majorOf } from '../../../compat/dotted-version.ts';
import { absent, mapAnswer, present, unknown, valueOf, type Answer } from '../../answer.ts';
import type { EnvironmentFacts, NamedCompiler } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { versionOfPath } from './compilers.ts';

const LINK = '/usr/local/cuda';
const MODPROBE = '/usr/bin/nvidia-modprobe';

export async function probeEnvironment(machine: Machine): Promise<EnvironmentFacts> {
  const [cudaHomeIsThere, cudaLink, nvccCompiler, nvidiaModprobe] = await Promise.all([
    probeCudaHome(machine),
    probeCudaLink(machine),
    probeNvccCompiler(machine),
    probeModprobe(machine),
  ]);
  const visibleDevices = machine.env('CUDA_VISIBLE_DEVICES');
  return { visibleDevices, cudaHomeIsThere, cudaLink, nvccCompiler, nvidiaModprobe };
}

async function probeCudaHome(machine: Machine): Promise<Answer<boolean>> {
  const home = machine.env('CUDA_HOME');
  if (home.state !== 'present') return home;
  if (!home.value.startsWith('/'))
    return unknown('not-applicable', 'it depends on the working directory', home.from);
  return isFolder(machine, home.value);
}

async function probeCudaLink(machine: Machine): Promise<EnvironmentFacts['cudaLink']> {
  const link = await machine.readLink(LINK);
  if (link.state !== 'present') return link;
  const there = await isFolder(machine, LINK);
  return there.state === 'present' ? present({ target: link.value, isThere: there.value }, link.from) : there;
}

/** Absent is an answer too: no folder is there. */
async function isFolder(machine: Machine, path: string): Promise<Answer<boolean>> {
  const stat = await machine.stat(path);
  return stat.state === 'absent' ? present(false, stat.from) : mapAnswer(stat, ({ type }) => type === 'dir');
}

/** Both are joined with the command line; -ccbin of NVCC_PREPEND_FLAGS comes after NVCC_CCBIN, and the later one counts. */
async function probeNvccCompiler(machine: Machine): Promise<Answer<NamedCompiler>> {
  const flags = machine.env('NVCC_PREPEND_FLAGS');
  const inFlags = valueOf(flags) === undefined ? undefined : compilerInFlags(valueOf(flags)!);
  if (inFlags !== undefined) {
    return present(await named(machine, 'NVCC_PREPEND_FLAGS', inFlags), flags.from);
  }
  const ccbin = machine.env('NVCC_CCBIN');
  if (ccbin.state !== 'present') return flags.state === 'unknown' ? flags : ccbin;
  if (ccbin.value === '') return absent(ccbin.from);
  return present(await named(machine, 'NVCC_CCBIN', ccbin.value), ccbin.from);
}

/** "-ccbin /usr/bin/g++-7", "-ccbin=g++-7", "--compiler-bindir ..." among other flags. */
export function compilerInFlags(flags: string): string | undefined {
  return /(?:^|\s)(?:-ccbin|--compiler-bindir)(?:\s+|=)(\S+)/.exec(flags.slice(0, 4096))?.[1];
}

async function named(machine: Machine, by: NamedCompiler['by'], path: string): Promise<NamedCompiler> {
  const real = path.startsWith('/') ? valueOf(await machine.realPath(path)) : undefined;
  const version = versionOfPath(path) ?? (real === undefined ? null : versionOfPath(real));
  return { by, path, major: version === null ? null : majorOf(version) };
}

/** Nobody needs it where there is no GPU's device file. */
async function probeModprobe(machine: Machine): Promise<Answer<boolean>> {
  const device = await machine.stat('/dev/nvidia0');
  if (device.state !== 'present')
    return unknown('not-applicable', 'no device file of a GPU is known', device.from);
  const stat = await machine.stat(MODPROBE);
  return stat.state === 'absent' ? present(false, stat.from) : mapAnswer(stat, () => true);
}
