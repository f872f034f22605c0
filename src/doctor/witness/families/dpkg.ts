/**
 * dpkg: files that two packages claim, halves of installations, its own locks.
 *
 *     dpkg: error processing archive .../nvidia-440_440.64.00-0ubuntu1_amd64.deb (--unpack):
 *      trying to overwrite '/usr/lib/x86_64-linux-gnu/libGLX_indirect.so.0', which is also in package libglx-mesa0:amd64 19.2.8
 *      unable to make backup link of './usr/lib/x86_64-linux-gnu/libcuda.so.1' before installing new version: Invalid cross-device link
 *     dpkg: dependency problems prevent configuration of nvidia-driver-470:
 *     installed nvidia-dkms-470 package post-installation script subprocess returned error exit status 1
 */
import { familyOf, type Sentence } from '../family.ts';
import { packageTrouble } from '../package-trouble.ts';

const dpkg = packageTrouble('dpkg');

/** dpkg: error processing archive /tmp/x/07-libnvidia-gl_580.65.06-1_i386.deb (--unpack): */
const ARCHIVE = /error processing archive (?:\S{0,300}\/)?([^\s/]{2,200}) \(--unpack\)/i;

const OF_DRIVER_OR_CUDA = /nvidia|cuda|cudnn|nccl|tensorrt|nvinfer|nvoptix|vdpau|libgl|glx|egl|opencl/i;

/** Whether dpkg names what it was unpacking, and neither that, the file nor who holds it has to do with GPUs. */
function isElsewhere(before: readonly string[], file: string, owner: string): boolean {
  const archive = before.map((line) => ARCHIVE.exec(line)?.[1]).find((name) => name !== undefined);
  return archive !== undefined && ![archive, file, owner].some((name) => OF_DRIVER_OR_CUDA.test(name));
}

/** A package by its name, in a sentence of any language: what holds a hyphen, a digit, or an architecture. */
const OWNER = /(?<![\w.+-])([a-z][a-z0-9+.]*[-:\d][a-z0-9+.:-]*[a-z0-9])/;

/** Why a script of a package failed, as the lines above say it: a program that it called, a module of Python. */
function causeIn(before: readonly string[]): string | undefined {
  for (const line of before) {
    const program = /: (?:\d{1,5}: )?(?:\S{1,200}: )?([\w.+-]{2,60}): (?:command )?not found\s{0,4}$/.exec(
      line,
    )?.[1];
    if (program !== undefined) return program;
    const module = /No module named '?([\w.]{2,60})/.exec(line)?.[1];
    if (module !== undefined) return `the Python module ${module}`;
  }
  return undefined;
}

const SENTENCES: readonly Sentence[] = [
  {
    // Before 1.19: subprocess installed post-installation script returned error exit status 127, below the line that names the package
    literal: ['installation script subprocess returned error', 'installation script returned error'],
    pattern:
      /(?:(?:installed|new|old) (\S{2,100}) package (?:pre|post)-installation script subprocess|subprocess (?:installed |new |old )?(?:pre|post)-installation script) returned error exit status (\d{1,3})/i,
    says: ([, called, status], before) => {
      const name = called ?? /error processing (?:package |archive )?(\S{2,200})/i.exec(before[0] ?? '')?.[1];
      if (name === undefined || !OF_DRIVER_OR_CUDA.test(name)) return null;
      return dpkg('script-failed', { name, other: causeIn(before) ?? `exit status ${status}` });
    },
  },
  {
    literal: 'trying to overwrite',
    pattern: /trying to overwrite (?:shared )?'([^']{1,200})', which is also in package (\S{1,100})/i,
    says: ([, file, owner], before) =>
      isElsewhere(before, file!, owner!) ? null : dpkg('overwrite', { name: owner!, other: file! }),
  },
  {
    literal: 'trying to overwrite shared',
    pattern:
      /trying to overwrite shared '([^']{1,200})', which is different from other instances of package (\S{1,100})/i,
    says: ([, file, owner]) => dpkg('overwrite', { name: owner!, other: file! }),
  },
  {
    // In other languages: below the line of what is unpacked one file by its whole path, in the quotes of that language, and who has it.
    literal: ["'/", '"/', '“/', '„/', '`/', '‘/', '»/', '«/'],
    pattern: /^ {1,2}[^/:]{4,120}(?:'|"|“|„|`|‘|»|«)(\/[^'"’”“»«\s]{2,200})((?:(?!: ).){0,200})$/,
    says: ({ 1: file, 2: rest, input }, before) => {
      if (/^ {1,2}trying to overwrite/i.test(input) || !/\(--unpack\)/.test(before[0] ?? '')) return null;
      const owner = OWNER.exec(rest!)?.[1] ?? null;
      return isElsewhere(before, file!, owner ?? '')
        ? null
        : dpkg('overwrite', { name: owner, other: file! });
    },
  },
  {
    // A file that is mounted from elsewhere: in a container those of the host's driver.
    literal: ['cross-device link', 'device or resource busy'],
    pattern:
      /unable to (?:make backup link of|install new version of|remove newly-extracted version of|securely remove|move aside|create) ['‘`"]\.?(\/[^'’"]{2,200}(?:nvidia|libcuda|nvcuvid)[^'’"]{0,80})['’"].{0,60}(?:Invalid cross-device link|Device or resource busy)/i,
    says: ([, file]) => ({
      kind: 'gpu-not-lent',
      by: 'toolkit',
      reason: 'driver-in-image',
      detail: file!,
    }),
  },
  {
    literal: 'dependency problems prevent configuration of',
    pattern: /dependency problems prevent configuration of ([\w.+:-]{2,80}?):?\s{0,4}$/i,
    says: ([, name]) => dpkg('unmet', { name: name! }),
  },
  {
    //   nvidia-driver-470 depends on nvidia-dkms-470; however:
    literal: '; however:',
    pattern: /([\w.+-]{2,80}) depends on ([\w.+-]{2,80})(?: \(([^)]{1,60})\))?; however:/i,
    says: ([, name, other, bound]) =>
      dpkg('unmet', { name: name!, other: bound === undefined ? other! : `${other} (${bound})` }),
  },
  {
    // E: The package nvidia-dkms-470 needs to be reinstalled, but I can't find an archive for it.
    literal: ['dpkg was interrupted', 'bad inconsistent state', 'needs to be reinstalled, but i can'],
    pattern:
      /dpkg was interrupted, you must manually run|is in a very bad inconsistent state|needs to be reinstalled, but I can't find an archive/i,
    says: () => dpkg('interrupted'),
  },
  {
    literal: ['frontend lock', 'status database is locked'],
    pattern:
      /dpkg frontend lock (?:is|was) locked by another process(?: with pid (\d{1,8}))?|dpkg status database is locked/i,
    says: ([, holder]) => dpkg('locked', holder === undefined ? {} : { other: holder }),
  },
];

export const family = familyOf('dpkg', SENTENCES, [
  {
    literal: 'dpkg',
    pattern: /^\W{0,8}dpkg(?:-deb)?: error: /i,
  },
]);
