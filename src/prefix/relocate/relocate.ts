/**
 * Makes a generation of placed files a toolkit that works wherever it is put. Nothing is edited in place, since a file may be
 * shared with the store by a hard link: what changes is written anew, what moves is renamed.
 */
import { chmod, lstat, mkdir, readFile, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PackageArchitecture } from '../../base/architecture.ts';
import { GpuSetupError } from '../../base/errors.ts';
import { architectureNamed, architectureOfElf } from '../../compat/architectures.ts';
import { elfOf } from '../../machine/kinds/disk.ts';
import { readCompilerCeiling } from '../../machine/facts/toolkit/host-config.ts';
import { liveMachine } from '../../machine/kinds/live.ts';

import { relocateToolchain, toolchainVersion } from './host-toolchain.ts';
import { cudnnLinks, libLinks, sonameLinks, targetLinks, type Library, type NewLink } from './links.ts';
import { nvccProfile } from './nvcc-profile.ts';
import { nvccScript } from './nvcc-script.ts';
import { relocatablePc } from './pkg-config.ts';

export interface RelocateOptions {
  /** "11.8.89" */
  cuda: string;
  /** That the packages are for. */
  architecture: PackageArchitecture;
}

const SCRIPT_MODE = 0o555;
const FILE_MODE = 0o444;
/** A .pc file has some hundred bytes. */
const MAX_PC_BYTES = 1 << 16;

/**
 * @param root folder of a generation that nobody uses yet
 * @returns paths below it that were written, moved or linked, sorted
 * @throws GpuSetupError `relocation-failed`: the tree is not what a package set brings; `wrong-architecture`
 */
export async function relocate(root: string, options: RelocateOptions): Promise<readonly string[]> {
  await checkMachine(root, options.architecture);
  const written = [
    ...(await relocateNvcc(root, options.cuda)),
    ...(await relocatePkgConfig(root)),
    ...(await addLinks(root)),
    ...(await relocateToolchain(root, (path, text) => write(root, path, text, SCRIPT_MODE))),
  ];
  return written.sort();
}

/**
 * A package says for which architecture it is, and its index says it again; what is in it was made by a compiler.
 *
 * @throws GpuSetupError `wrong-architecture`: a program or library is for other machines than the packages say
 */
async function checkMachine(root: string, architecture: PackageArchitecture): Promise<void> {
  const { elf } = architectureNamed(architecture)!;
  for (const folder of ['bin', 'lib64', 'nvvm/bin', 'nvvm/lib64']) {
    for (const name of await namesIn(join(root, folder))) {
      const path = join(root, folder, name);
      if (!(await lstat(path)).isFile()) continue;
      const found = elfOf(path, { kind: 'elf', name: path });
      if (found.state !== 'present' || found.value.machine === elf) continue;
      const other = architectureOfElf(found.value.machine)?.debian ?? `machine ${found.value.machine}`;
      throw new GpuSetupError(
        'wrong-architecture',
        `${folder}/${name} is for ${other}, and its package says that it is for ${architecture}`,
        {
          hint: 'take the packages from another source (--source), and tell the publisher of this one',
          details: { file: `${folder}/${name}`, architecture, found: other },
        },
      );
    }
  }
}

/** bin/nvcc -> libexec/nvcc; the script in its place; its profile and the stubs it links with beside it. */
async function relocateNvcc(root: string, cuda: string): Promise<string[]> {
  // A package's own profile names places of its own layout.
  await rm(join(root, 'bin/nvcc.profile'), { force: true });
  if (!(await exists(join(root, 'bin/nvcc')))) return [];
  await mkdir(join(root, 'libexec'), { recursive: true });
  await rename(join(root, 'bin/nvcc'), join(root, 'libexec/nvcc'));
  const ceiling = await readCompilerCeiling(liveMachine(), [join(root, 'include')]);
  checkToolchain(await toolchainVersion(root), ceiling.gcc, cuda);
  await write(root, 'bin/nvcc', nvccScript(cuda, ceiling.gcc), SCRIPT_MODE);
  const cccl = await exists(join(root, 'include/cccl'));
  await write(root, 'libexec/nvcc.profile', nvccProfile({ cccl }), FILE_MODE);
  const written = ['bin/nvcc', 'libexec/nvcc', 'libexec/nvcc.profile'];
  if (await exists(join(root, 'bin/crt')))
    written.push(...(await link(root, [{ path: 'libexec/crt', target: '../bin/crt' }])));
  return written;
}

/**
 * The table that the plan was made with may be wrong about a toolkit; its own header is not.
 *
 * @throws GpuSetupError `gcc-not-accepted`
 */
function checkToolchain(gcc: string | null, ceiling: number | null, cuda: string): void {
  if (gcc === null || ceiling === null || Number.parseInt(gcc, 10) <= ceiling) return;
  throw new GpuSetupError(
    'gcc-not-accepted',
    `the headers of CUDA ${cuda} take gcc up to ${ceiling}, and the host compiler of this prefix is gcc ${gcc}`,
    { hint: `ask for another one: gcc@${ceiling}`, details: { gcc, ceiling, cuda } },
  );
}

async function relocatePkgConfig(root: string): Promise<string[]> {
  const folder = 'lib64/pkgconfig';
  const written: string[] = [];
  for (const name of await namesIn(join(root, folder))) {
    const path = join(root, folder, name);
    const stat = await lstat(path);
    if (!name.endsWith('.pc') || !stat.isFile()) continue;
    if (stat.size > MAX_PC_BYTES) {
      throw new GpuSetupError(
        'relocation-failed',
        `${folder}/${name} has ${stat.size} bytes, too many for a pkg-config file`,
      );
    }
    const before = await readFile(path, 'utf8');
    const after = relocatablePc(before);
    if (after === before) continue;
    await write(root, `${folder}/${name}`, after, FILE_MODE);
    written.push(`${folder}/${name}`);
  }
  return written;
}

async function addLinks(root: string): Promise<string[]> {
  const { libraries, machine } = await librariesOf(root);
  const bySoname = sonameLinks('lib64', libraries);
  const names = [
    ...libraries.map(({ file }) => file),
    ...bySoname.map(({ path }) => path.slice('lib64/'.length)),
  ];
  const inLib64 = await namesIn(join(root, 'lib64'));
  const archives = inLib64.filter((name) => name.endsWith('.a'));
  return [
    ...(await link(root, bySoname)),
    ...(await link(root, cudnnLinks(await namesIn(join(root, 'include')), [...names, ...archives]))),
    ...(await link(root, targetLinks(machine))),
    ...(await link(root, libLinks(await namesIn(root), inLib64))),
  ];
}

/** The shared libraries of lib64 with their sonames, and what machine they are for. */
async function librariesOf(root: string): Promise<{ libraries: Library[]; machine: number | null }> {
  let machine: number | null = null;
  const libraries: Library[] = [];
  for (const file of await namesIn(join(root, 'lib64'))) {
    if (!/\.so(?:\.|$)/.test(file)) continue;
    const path = join(root, 'lib64', file);
    const isFile = (await lstat(path)).isFile();
    const elf = isFile ? elfOf(path, { kind: 'elf', name: path }) : null;
    machine ??= elf?.state === 'present' ? elf.value.machine : null;
    libraries.push({ file, soname: elf?.state === 'present' ? elf.value.soname : null });
  }
  return { libraries, machine };
}

/** Makes those links whose place is free. */
async function link(root: string, links: readonly NewLink[]): Promise<string[]> {
  const made: string[] = [];
  for (const { path, target } of links) {
    if (await exists(join(root, path))) continue;
    await mkdir(dirname(join(root, path)), { recursive: true });
    await symlink(target, join(root, path));
    made.push(path);
  }
  return made;
}

/** A new file in the place of the old one, whose bytes the store may share. */
async function write(root: string, path: string, text: string, mode: number): Promise<void> {
  const target = join(root, path);
  const fresh = `${target}.new`;
  await writeFile(fresh, text, { flag: 'wx' });
  await chmod(fresh, mode);
  await rename(fresh, target);
}

async function namesIn(folder: string): Promise<string[]> {
  return (await exists(folder)) ? (await readdir(folder)).sort() : [];
}

/** Of the path itself: a link that leads nowhere is there too. */
async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}
