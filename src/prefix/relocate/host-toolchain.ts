/** Reads what a host compiler's packages brought into a generation, and puts the scripts in that make it work anywhere. */
import { lstat, mkdir, readdir, rename, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GpuSetupError } from '../../base/errors.ts';
import { hostPrograms, SYSROOT, type ToolchainTree } from './host-programs.ts';

/** Of folders that distributions have merged into usr since: what names them is found all the same. */
const MERGED = ['lib', 'lib32', 'lib64', 'libx32'];

/**
 * @param write makes a new file below the root, executable
 * @returns paths below the root that were written, moved or linked; none where the generation has no host compiler
 * @throws GpuSetupError `relocation-failed`: a part is missing
 */
export async function relocateToolchain(
  root: string,
  write: (path: string, text: string) => Promise<void>,
): Promise<string[]> {
  const usr = join(root, SYSROOT, 'usr');
  const inUsr = await namesIn(usr);
  if (inUsr.length === 0) return [];
  const tree = await treeOf(root);
  const written: string[] = [];
  for (const name of MERGED.filter((one) => inUsr.includes(one))) {
    await symlink(`usr/${name}`, join(root, SYSROOT, name));
    written.push(`${SYSROOT}/${name}`);
  }
  for (const { path, moves, text } of hostPrograms(tree)) {
    if (moves !== null) {
      await rename(join(root, moves.from), join(root, moves.to));
      written.push(moves.to);
    }
    await mkdir(dirname(join(root, path)), { recursive: true });
    await write(path, text);
    written.push(path);
  }
  return written;
}

/** The major version of the compiler in host/; null where there is none. */
export async function toolchainVersion(root: string): Promise<string | null> {
  const { gcc } = (await driversOf(root))[0] ?? { gcc: null };
  return gcc;
}

async function driversOf(root: string): Promise<readonly { triplet: string; gcc: string }[]> {
  return (await namesIn(join(root, SYSROOT, 'usr/bin'))).flatMap((name) => {
    const match = /^([a-z0-9_]+-linux-gnu)-g\+\+-(\d+(?:\.\d+)?)$/.exec(name);
    return match === null ? [] : [{ triplet: match[1]!, gcc: match[2]! }];
  });
}

async function treeOf(root: string): Promise<ToolchainTree> {
  const sysroot = join(root, SYSROOT);
  const [driver] = await driversOf(root);
  if (driver === undefined) throw incomplete('no C++ compiler');
  const { triplet, gcc } = driver;
  for (const folder of ['usr/libexec', 'usr/lib']) {
    const parts = `${folder}/gcc/${triplet}/${gcc}`;
    const inParts = await namesIn(join(sysroot, parts));
    if (!inParts.includes('collect2')) continue;
    return {
      triplet,
      gcc,
      loader: await loaderOf(sysroot),
      parts,
      inParts,
      inBin: await namesIn(join(sysroot, 'usr/bin')),
    };
  }
  throw incomplete(`no programs of gcc ${gcc}`);
}

/** Its place is part of the machine's ABI: lib64 on x86-64, lib on arm64. */
async function loaderOf(sysroot: string): Promise<string> {
  for (const folder of ['usr/lib64', 'usr/lib']) {
    const name = (await namesIn(join(sysroot, folder))).find((one) =>
      /^ld-linux[a-z0-9_-]*\.so\.\d+$/.test(one),
    );
    if (name !== undefined) return `${folder}/${name}`;
  }
  throw incomplete('no dynamic loader');
}

function incomplete(what: string): GpuSetupError {
  return new GpuSetupError(
    'relocation-failed',
    `the packages of the host compiler brought ${what} into ${SYSROOT}`,
    { hint: 'leave it out with --without host-compiler, and please report it with this message' },
  );
}

async function namesIn(folder: string): Promise<string[]> {
  const stat = await lstat(folder).catch(() => null);
  return stat?.isDirectory() === true ? (await readdir(folder)).sort() : [];
}
