/** For which kernels an nvidia.ko lies ready. */
import { absent, present, unknown, type Answer } from '../../answer.ts';
import type { Machine } from '../../machine.ts';
import { joinPath } from '../../paths.ts';
import { linesOf, namesIn, recordedOutputs } from '../recorded.ts';

/**
 * nvidia.ko, compressed or not; Debian's nvidia-current.ko, nvidia-tesla-470.ko and nvidia-legacy-390xx.ko; Ubuntu 16.04's
 * nvidia_384.ko. Not nvidia-uvm.ko, nvidia-drm.ko, nvidiafb.ko.
 */
const MODULE_FILE = /^nvidia(?:[-_](?:current|tesla|legacy)(?:-[\w-]*)?|_\d{3})?\.ko(?:\.(?:zst|xz|gz))?$/;

/** Folders below /lib/modules/R: dkms; Fedora's akmods and SUSE's KMPs; Arch's extramodules; NVIDIA's .run installer; Ubuntu's signed modules. */
const FOLDERS = [
  'updates',
  'updates/dkms',
  'extra',
  'extramodules',
  'weak-updates',
  'kernel/drivers/video',
  'kernel',
] as const;

/** Absent: for none. */
export async function probeModuleBuiltFor(machine: Machine): Promise<Answer<readonly string[]>> {
  const listing = await machine.listDir('/lib/modules');
  if (listing.state === 'absent') return listing;
  if (listing.state === 'unknown') return fromPastes(machine, listing);
  const built: string[] = [];
  let complete = listing.value.complete;
  for (const release of listing.value.entries.filter((name) => /^\d/.test(name))) {
    const found = await hasModule(machine, joinPath('/lib/modules', release));
    if (found === undefined) complete = false;
    if (found) built.push(release);
  }
  if (complete) return built.length > 0 ? present(built, listing.from) : absent(listing.from);
  const pasted = fromPastes(
    machine,
    unknown('not-recorded', 'only a part of /lib/modules is recorded', listing.from),
  );
  if (pasted.state !== 'unknown') return pasted;
  return built.length > 0 ? present(built, listing.from) : pasted;
}

/** Undefined: a folder could not be read, and none of the others has it. */
async function hasModule(machine: Machine, base: string): Promise<boolean | undefined> {
  let unread = false;
  for (const folder of FOLDERS) {
    const names = await namesIn(machine, joinPath(base, folder));
    if (names === undefined) {
      unread = true;
      continue;
    }
    if (names.some((name) => MODULE_FILE.test(name))) return true;
    // extra/nvidia/, kernel/nvidia-535/, kernel/nvidia-535-open/, updates/nvidia-580.95/
    for (const name of names.filter((one) => /^nvidia(?:-|$)/.test(one) && !one.includes('.ko'))) {
      const below = await namesIn(machine, joinPath(joinPath(base, folder), name));
      if (below?.some((file) => MODULE_FILE.test(file))) return true;
    }
  }
  return unread ? undefined : false;
}

/** `dkms status`, and `find /lib/modules -name '*nvidia*'` or `ls` of such paths. */
function fromPastes(machine: Machine, otherwise: Answer<readonly string[]>): Answer<readonly string[]> {
  for (const { line, result, from } of recordedOutputs(machine, 'find', 'locate', 'ls', 'dkms')) {
    const isDkms = line.program === 'dkms';
    if (isDkms && line.subcommand !== 'status') continue;
    const releases = isDkms ? parseDkmsStatus(result.stdout) : releasesOfPaths(result.stdout);
    if (releases.length > 0) return present(releases, from);
    // A search of the whole folder that shows other files and no module: there is none.
    if (line.program === 'find' && /\/lib\/modules\/\S*nvidia/.test(result.stdout)) return absent(from);
  }
  return otherwise;
}

/**
 *     nvidia/535.183.01, 5.15.0-88-generic, x86_64: installed            dkms 3
 *     nvidia, 390.48, 4.15.0-42-generic, x86_64: installed               dkms 2
 *     nvidia/535.183.01: added                                           built for no kernel
 */
export function parseDkmsStatus(text: string): string[] {
  const releases = linesOf(text).flatMap((line) => {
    const match = /^nvidia[\w-]*[/,] ?[\w.~+-]+, ([\w.+~-]+), [\w-]+: installed/.exec(line.trim());
    return match ? [match[1]!] : [];
  });
  return [...new Set(releases)];
}

/** "/lib/modules/3.13.0-88-generic/kernel/drivers/video/nvidia.ko" */
export function releasesOfPaths(text: string): string[] {
  const releases = linesOf(text).flatMap((line) => {
    const match = /\/lib\/modules\/(\d[^/\s]*)\/(?:[^\s]*\/)?([^/\s]+)$/.exec(line.trim());
    return match && MODULE_FILE.test(match[2]!) ? [match[1]!] : [];
  });
  return [...new Set(releases)];
}
