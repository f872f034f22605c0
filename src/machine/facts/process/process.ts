/**
 * A running process, from procfs alone: what it has loaded, what it was started with, whether it sees other files than we do. A
 * thread's number leads to its process. Only who may trace a process may look (ptrace(2)): its owner and root.
 *
 *     /proc/PID/status    Tgid:	4242       State:	Z (zombie)
 */
import { absent, mapAnswer, present, unknown, valueOf, type Answer, type Origin } from '../../answer.ts';
import type { MappedLibrary, ProcessFacts } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { baseOf } from '../../paths.ts';
import { isStub } from '../driver/driver-libraries.ts';
import { isGpuDevice, mappedFiles } from './maps.ts';

export const NO_PROCESS: Origin = { kind: 'option', name: '--pid' };

const STATUS_BYTES = 16_384;

/** @param named a process or one of its threads; left out: none is asked about, which is absent as one that has ended is */
export async function probeProcess(machine: Machine, named?: number): Promise<Answer<ProcessFacts>> {
  if (named === undefined) return absent(NO_PROCESS);
  const status = await machine.readFile(`/proc/${named}/status`, STATUS_BYTES);
  if (status.state !== 'present') return status;
  const { text } = status.value;
  if (/^State:\s{1,8}[ZX]/m.test(text)) return absent(status.from);
  const pid = Number(/^Tgid:\s{1,8}(\d{1,10})$/m.exec(text)?.[1] ?? named);
  const maps = await machine.readFile(`/proc/${pid}/maps`);
  if (maps.state !== 'present') return maps;
  const files = mappedFiles(maps.value.text);
  const program = await machine.readLink(`/proc/${pid}/exe`);
  return present(
    {
      pid,
      program: program.state === 'present' ? program.value.replace(/ \(deleted\)$/, '') : null,
      libraries: files.filter(({ path }) => !isGpuDevice(path)).map(libraryOf),
      usesGpu: files.some(({ path }) => isGpuDevice(path)),
      whole: !maps.value.truncated,
      elsewhere: await seesOtherFiles(machine, pid),
    },
    maps.from,
  );
}

/** "libcudart-9335f6a2.so.12": wheels name their copies so. */
const NAME = /^lib([\w+-]{1,80}?)(?:-[0-9a-f]{8})?\.so(?:\.(\d[\d.]{0,30}))?/;

/** @param file as /proc/PID/maps names it */
export function libraryOf({ path, deleted }: { path: string; deleted: boolean }): MappedLibrary {
  const [, library, version] = NAME.exec(baseOf(path)) ?? [];
  return {
    path,
    library: library ?? baseOf(path),
    version: version ?? null,
    deleted,
    stub: library === 'cuda' && isStub({ path, realPath: path }),
  };
}

/** Of a container, a service with files of its own, or a chroot. */
async function seesOtherFiles(machine: Machine, pid: number): Promise<Answer<boolean>> {
  const root = await machine.readLink(`/proc/${pid}/root`);
  if (root.state === 'present' && root.value !== '/') return present(true, root.from);
  const [own, other] = [
    await machine.readLink('/proc/self/ns/mnt'),
    await machine.readLink(`/proc/${pid}/ns/mnt`),
  ];
  if (own.state === 'present' && other.state === 'present')
    return present(own.value !== other.value, other.from);
  return other.state === 'unknown' ? other : unknown('failed', 'the namespaces are not known', other.from);
}

/** The machine with the environment that the process was started with in the place of ours. */
export async function asSeenBy(machine: Machine, pid: number): Promise<Machine> {
  const text = await machine.readFile(`/proc/${pid}/environ`);
  const values = mapAnswer(text, (file) => environmentIn(file.text));
  return {
    ...machine,
    env(name) {
      if (values.state === 'unknown') return values;
      const from: Origin = { kind: 'env', name: `${name} of process ${pid}` };
      const value = valueOf(values)?.get(name);
      return value === undefined ? absent(from) : present(value, from);
    },
  };
}

/** Words with NUL bytes between them: "PATH=/usr/bin", of several the first. */
function environmentIn(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const word of text.split('\0')) {
    const at = word.indexOf('=');
    if (at > 0 && !values.has(word.slice(0, at))) values.set(word.slice(0, at), word.slice(at + 1));
  }
  return values;
}

/** "/home/me/venv/lib/python3.10/site-packages/torch/lib/libtorch.so" is of the environment /home/me/venv. */
const PACKAGES = /^(\/.{1,400}?)\/lib(?:64)?\/python3[\d.]{0,4}\/(?:site|dist)-packages\//;

/** The environment of Python whose packages it has loaded; undefined: none that can be looked at from here. */
export function pythonOf(process: Answer<ProcessFacts>): string | undefined {
  if (process.state !== 'present' || valueOf(process.value.elsewhere) !== false) return undefined;
  for (const { path } of process.value.libraries) {
    const root = PACKAGES.exec(path)?.[1];
    if (root !== undefined) return root;
  }
  return undefined;
}
