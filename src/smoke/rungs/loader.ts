/**
 * The loader rung: for every library and program of a prefix, which file the dynamic loader takes for each library that it
 * needs. Nothing is loaded: the files are read (ELF), and the rules of ld.so(8) applied.
 */
import { dirname, join } from 'node:path';
import { originText } from '../../machine/answer.ts';
import { findLibrary, multiarchFolder, type Architecture } from '../../machine/loader.ts';
import type { Machine } from '../../machine/machine.ts';
import type { ElfInfo } from '../../formats/elf.ts';
import type { ManifestEntry } from '../../machine/records/prefix-manifest.ts';
import { memoized } from '../../machine/memo.ts';
import { SYSROOT } from '../../prefix/relocate/host-programs.ts';
import outside from './data/outside.json' with { type: 'json' };
import { failed, passed, type RungOutcome } from '../ladder.ts';

/** Who brings a library that a prefix never holds. */
type Bringer = 'driver' | 'desktop' | 'network';

export interface Missing {
  soname: string;
  /** Paths in the prefix that need it. */
  neededBy: string[];
}

export interface LoaderFigures {
  /** ELF files that were read. */
  files: number;
  needs: number;
  missing: Missing[];
  /** Not here, and nothing that a prefix could bring. */
  outside: (Missing & { bringer: Bringer })[];
  /** Versions of the C library that files ask for and this system has not: "GLIBC_2.34". */
  tooNew: Missing[];
  /** Damaged, or not permitted. */
  unreadable: { path: string; why: string }[];
}

const BRINGERS: Readonly<Record<Bringer, RegExp>> = {
  driver: oneOf(outside.driver),
  desktop: oneOf(outside.desktop),
  network: oneOf(outside.network),
};

/** Stubs stand in for the driver when programs are linked; nobody loads them. */
const LOADED = /^(?:bin|lib64|nvvm|libexec|extras)\/(?!.*\bstubs\/)/;

/** Of the host compiler: its programs are started with the C library and the libraries of this tree, and with no others. */
const isInSysroot = (path: string): boolean => path.startsWith(`${SYSROOT}/`);

/** Where the dynamic loader lies, which is there when a program runs: part of the machine's ABI. */
const LOADER_NAME = /^ld-linux[\w-]*\.so\.\d+$/;

const LIBRARY_NAME = /\.so(?:\.[\d.]+)?$/;

const C_LIBRARY = 'libc.so.6';

/**
 * @param root of the prefix
 * @param searchPath LD_LIBRARY_PATH in the prefix's environment
 */
export async function loaderRung(
  given: Machine,
  root: string,
  entries: readonly ManifestEntry[],
  searchPath: string,
): Promise<RungOutcome> {
  const machine = memoized(given);
  const figures: LoaderFigures = { files: 0, needs: 0, missing: [], outside: [], tooNew: [], unreadable: [] };
  const offered = await newestOffered(machine);
  for (const entry of entries) {
    const own = isInSysroot(entry.path);
    if (entry.type !== 'file' || !(own || LOADED.test(entry.path))) continue;
    const path = join(root, entry.path);
    const elf = await machine.elf(path);
    // Scripts and object files lie among the programs, and texts for the linker among the libraries of a sysroot; any other
    // library that is no ELF file is a broken one.
    const otherKind = elf.state === 'unknown' && elf.reason === 'not-applicable';
    if (elf.state === 'unknown' && !(otherKind && (own || !LIBRARY_NAME.test(entry.path))))
      figures.unreadable.push({ path: entry.path, why: elf.why });
    if (elf.state !== 'present') continue;
    figures.files += 1;
    if (own) {
      await judgeInSysroot(machine, { entry: entry.path, path, elf: elf.value }, root, figures);
      continue;
    }
    await judgeFile(machine, { entry: entry.path, path, elf: elf.value }, searchPath, figures);
    for (const version of elf.value.versionNeeds[C_LIBRARY] ?? []) {
      if (offered !== null && isNewer(version, offered)) note(figures.tooNew, version, entry.path);
    }
  }
  return outcomeOf(figures);
}

interface File {
  entry: string;
  path: string;
  elf: ElfInfo;
}

async function judgeFile(
  machine: Machine,
  { entry, path, elf }: File,
  searchPath: string,
  figures: LoaderFigures,
): Promise<void> {
  const own = ownFolders(elf, path);
  for (const soname of elf.needed) {
    figures.needs += 1;
    const architecture = architectureOf(elf);
    const found = await findLibrary(machine, soname, {
      searchPath: [...own, searchPath].join(':'),
      architecture,
    });
    if (found.state === 'present') continue;
    if (found.state === 'unknown') {
      figures.unreadable.push({ path: entry, why: `${originText(found.from)}: ${found.why}` });
      continue;
    }
    const bringer = (Object.keys(BRINGERS) as Bringer[]).find((one) => BRINGERS[one].test(soname));
    if (bringer === undefined) note(figures.missing, soname, entry);
    else note(figures.outside, soname, entry, { bringer });
  }
}

/** Whatever this machine has of the same name, the scripts of the host compiler lead to the libraries beside it. */
async function judgeInSysroot(
  machine: Machine,
  { entry, path, elf }: File,
  root: string,
  figures: LoaderFigures,
): Promise<void> {
  const folders = [...ownFolders(elf, path), join(root, SYSROOT, multiarchFolder(architectureOf(elf)))];
  for (const soname of elf.needed) {
    figures.needs += 1;
    if (LOADER_NAME.test(soname)) continue;
    const found = await Promise.all(folders.map((folder) => machine.stat(join(folder, soname))));
    if (!found.some(({ state }) => state === 'present')) note(figures.missing, soname, entry);
  }
}

const architectureOf = ({ machine }: ElfInfo): Architecture => (machine === 183 ? 'aarch64' : 'x86-64');

function ownFolders({ runpath }: ElfInfo, path: string): readonly string[] {
  return runpath.map((folder) => folder.replace(/\$(?:ORIGIN|\{ORIGIN\})/g, dirname(path)));
}

function note<T extends Missing>(
  list: T[],
  soname: string,
  by: string,
  more: Omit<T, keyof Missing> = {} as Omit<T, keyof Missing>,
): void {
  const known = list.find((one) => one.soname === soname);
  if (known === undefined) list.push({ soname, neededBy: [by], ...more } as T);
  else known.neededBy.push(by);
}

function outcomeOf(figures: LoaderFigures): RungOutcome {
  const all = { ...figures };
  const [missing] = figures.missing;
  if (missing !== undefined) {
    const by = missing.neededBy[0]!;
    const where = isInSysroot(by)
      ? 'the sysroot of the host compiler lacks'
      : 'neither the prefix nor this system has';
    return failed(
      `${by} needs ${missing.soname}, which ${where}${others(figures.missing)}`,
      all,
      'gpu-setup verify NAME says whether the prefix is as it was installed; what a system lacks, its package manager has',
    );
  }
  const [tooNew] = figures.tooNew;
  if (tooNew !== undefined) {
    return failed(
      `${tooNew.neededBy[0]} needs ${tooNew.soname}, and this system's C library is older${others(figures.tooNew)}`,
      all,
      "install from a source made for this system's release or an older one (--source)",
    );
  }
  const [unreadable] = figures.unreadable;
  if (unreadable !== undefined) return failed(`${unreadable.path}: ${unreadable.why}`, all);
  if (figures.files === 0) return failed('the prefix holds no library and no program', all);
  return passed(all);
}

function others(list: readonly unknown[]): string {
  return list.length === 1 ? '' : `, and ${list.length - 1} more`;
}

/** Newest GLIBC_x.y that this system's C library offers; null where that is not known (musl, no getconf). */
async function newestOffered(machine: Machine): Promise<string | null> {
  const answer = await machine.run(['getconf', 'GNU_LIBC_VERSION']);
  // "glibc 2.36"
  const version = answer.state === 'present' ? /^glibc (\d+\.\d+)/.exec(answer.value.stdout)?.[1] : undefined;
  return version === undefined ? null : `GLIBC_${version}`;
}

/** GLIBC_2.34 is newer than GLIBC_2.4; GLIBC_PRIVATE is no version. */
function isNewer(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => /^GLIBC_(\d+)\.(\d+)/.exec(text));
  if (a === null || a === undefined || b === null || b === undefined) return false;
  const [major, minor] = [Number(a[1]) - Number(b[1]), Number(a[2]) - Number(b[2])];
  return major > 0 || (major === 0 && minor > 0);
}

function oneOf(patterns: readonly string[]): RegExp {
  return new RegExp(`^(?:${patterns.join('|')})$`);
}
