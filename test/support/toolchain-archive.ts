/**
 * A stand-in for Ubuntu 18.04 as far as a host compiler is taken from it: names, versions, dependencies and file places of its
 * packages. The programs are short scripts of our own that say which they are and what they were given.
 */
import { buildDeb, type Compression, type TarEntry } from './deb.ts';
import type { PackageRow } from './index.ts';

const TRIPLET = 'x86_64-linux-gnu';

/** Stands for the dynamic loader: starts the program that it is given. */
const LOADER =
  '#!/bin/sh\n[ "$1" = --inhibit-cache ] && [ "$2" = --library-path ] || exit 9\nshift 3\nexec "$@"\n';
const program = (name: string): string => `#!/bin/sh\necho "${name} $*"\n`;

/** Of its Release. */
export const UBUNTU_BIONIC = 'Origin: Ubuntu\nSuite: bionic\nCodename: bionic\n';

/** By the major version of gcc; as bionic has them. */
const GCCS = { '5': '5.5.0-12ubuntu1', '6': '6.5.0-2ubuntu1~18.04', '7': '7.5.0-3ubuntu1~18.04' } as const;

export interface ToolchainPackage {
  name: string;
  version: string;
  depends?: string;
  members: readonly TarEntry[];
}

/** @param compression of every package */
export function toolchainArchive(compression: Compression): readonly PackageRow[] {
  return toolchainPackages().map(({ members, ...row }) => ({
    ...row,
    deb: buildDeb({
      control: { Package: row.name, Version: row.version, Architecture: 'amd64' },
      members,
      compression,
    }),
  }));
}

export function toolchainPackages(): readonly ToolchainPackage[] {
  return [
    ...Object.entries(GCCS).flatMap(([gcc, version]) => compilerOf(gcc, version)),
    {
      name: 'binutils',
      version: '2.30-21ubuntu1~18.04',
      depends: 'libc6, dpkg',
      members: [executable(`usr/bin/${TRIPLET}-as`, 'as'), executable(`usr/bin/${TRIPLET}-ld.bfd`, 'ld')],
    },
    {
      name: 'libc6-dev',
      version: '2.27-3ubuntu1',
      depends: 'libc6 (= 2.27-3ubuntu1)',
      members: [{ path: './usr/include/stdio.h', content: '/* of glibc 2.27 */\n' }],
    },
    {
      name: 'libc6',
      version: '2.27-3ubuntu1',
      depends: 'debconf | debconf-2.0',
      members: [
        { path: `./lib/${TRIPLET}/ld-2.27.so`, content: LOADER, mode: 0o755 },
        { path: './lib64/ld-linux-x86-64.so.2', link: `/lib/${TRIPLET}/ld-2.27.so` },
        { path: `./lib/${TRIPLET}/libc.so.6`, content: 'the C library' },
      ],
    },
  ];
}

function compilerOf(gcc: string, version: string): readonly ToolchainPackage[] {
  const parts = `usr/lib/gcc/${TRIPLET}/${gcc}`;
  return [
    {
      name: `g++-${gcc}`,
      version,
      depends: `gcc-${gcc} (= ${version}), libc6 (>= 2.14)`,
      members: [
        executable(`usr/bin/${TRIPLET}-g++-${gcc}`, `g++ ${gcc}`),
        executable(`${parts}/cc1plus`, 'cc1plus'),
      ],
    },
    {
      name: `gcc-${gcc}`,
      version,
      depends: 'binutils, libc6-dev',
      members: [
        executable(`usr/bin/${TRIPLET}-gcc-${gcc}`, `gcc ${gcc}`),
        executable(`${parts}/collect2`, 'collect2'),
      ],
    },
  ];
}

const executable = (path: string, name: string): TarEntry => ({
  path: `./${path}`,
  content: program(name),
  mode: 0o755,
});
