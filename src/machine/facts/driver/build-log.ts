/**
 * What the compiler said where the module is not built for the running kernel: dkms and akmods keep it.
 *
 *     /var/lib/dkms/nvidia/545.29.02/build/make.log                        the newest attempt; its head names the kernel
 *     DKMS make.log for nvidia-545.29.02 for kernel 6.8.10-300.fc40.x86_64 (x86_64)
 *     DKMS (dkms-3.1.4) make.log for nvidia/570.86 for kernel 6.12.10+bpo-amd64 (x86_64)
 *     /var/cache/akmods/nvidia/565.77-1-for-6.13.4-200.fc41.x86_64.failed.log
 */
import { compareDottedVersions } from '../../../compat/dotted-version.ts';
import { absent, mapAnswer, type Answer } from '../../answer.ts';
import type { FileText, Machine } from '../../machine.ts';
import { joinPath } from '../../paths.ts';
import { linesOf, namesIn, readText } from '../recorded.ts';

const DKMS = '/var/lib/dkms';
const AKMODS = '/var/cache/akmods/nvidia';

/** A compiler may warn thousands of times before it fails. */
const MOST_BYTES = 4 << 20;
const MOST_FIRST = 20;
const MOST_LAST = 400;

/** Absent: nothing failed for this kernel, or nobody kept it. */
export async function probeBuildLog(
  machine: Machine,
  kernel: string | undefined,
  builtFor: Answer<readonly string[]>,
): Promise<Answer<readonly string[]>> {
  const nothing = absent({ kind: 'dir', name: DKMS });
  const isBuilt =
    builtFor.state === 'unknown' || (builtFor.state === 'present' && builtFor.value.includes(kernel ?? ''));
  if (kernel === undefined || isBuilt) return nothing;
  for (const path of [...(await ofAkmods(machine, kernel)), ...(await ofDkms(machine))]) {
    const log = await readText(machine, path, MOST_BYTES);
    if (log.state === 'present' && !isOfAnother(log.value, kernel)) return mapAnswer(log, ends);
    if (log.state === 'unknown') return log;
  }
  return nothing;
}

async function ofAkmods(machine: Machine, kernel: string): Promise<string[]> {
  const names = (await namesIn(machine, AKMODS)) ?? [];
  return names
    .filter((name) => name.endsWith(`-for-${kernel}.failed.log`))
    .map((name) => joinPath(AKMODS, name));
}

/** Newest version of the driver first; Debian calls the module nvidia-current. */
async function ofDkms(machine: Machine): Promise<string[]> {
  const modules = ((await namesIn(machine, DKMS)) ?? []).filter((name) => /^nvidia(?:$|-)/.test(name));
  const versions = await Promise.all(
    modules.map(async (module) => {
      const folder = joinPath(DKMS, module);
      const names = ((await namesIn(machine, folder)) ?? []).filter((name) => /^\d/.test(name));
      return names.map((version) => ({ version, path: `${folder}/${version}/build/make.log` }));
    }),
  );
  return versions
    .flat()
    .sort((a, b) => compareDottedVersions(b.version, a.version))
    .map(({ path }) => path);
}

/** Its head names another kernel: that attempt is of the past. */
function isOfAnother({ text }: FileText, kernel: string): boolean {
  const named = /^DKMS .{0,40}make\.log for \S{1,100} for kernel (\S{1,100})/.exec(text)?.[1];
  return named !== undefined && named !== kernel;
}

/** Which compiler it was stands above, what it said last below. */
function ends({ text }: FileText): string[] {
  const lines = linesOf(text);
  return lines.length <= MOST_FIRST + MOST_LAST
    ? [...lines]
    : [...lines.slice(0, MOST_FIRST), ...lines.slice(-MOST_LAST)];
}
