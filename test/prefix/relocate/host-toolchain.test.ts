import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readlinkSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { relocate } from '../../../src/prefix/relocate/relocate.ts';
import { hostPrograms, type ToolchainTree } from '../../../src/prefix/relocate/host-programs.ts';
import { TOOLKIT, writeTree } from '../../support/prefix.ts';
import { tempDir } from '../../support/temp-dir.ts';

const OPTIONS = { cuda: '10.0.130', architecture: 'amd64' as const };
const USR = 'host/sysroot/usr';
const PARTS = `${USR}/lib/gcc/x86_64-linux-gnu/7`;

/** Stands for the dynamic loader: says what it was given, then starts the program. */
const LOADER = `#!/bin/sh
[ "$1" = --inhibit-cache ] && [ "$2" = --library-path ] || exit 9
echo "libraries $3" >> "$TOLD"
echo "preloaded \${LD_PRELOAD-nothing}, path \${LD_LIBRARY_PATH-none}" >> "$TOLD"
shift 3
exec "$@"
`;
/** Stands for a driver that starts the first of its parts as gcc does: by its path. */
const DRIVER = `#!/bin/sh
echo "driver $*" >> "$TOLD"
exec "\${0%/*}/../lib/gcc/x86_64-linux-gnu/7/cc1plus" -quiet
`;
const PART = '#!/bin/sh\necho "cc1plus $*" >> "$TOLD"\n';

const TREE: Readonly<Record<string, string>> = {
  [`${USR}/lib64/ld-linux-x86-64.so.2`]: LOADER,
  [`${USR}/lib/x86_64-linux-gnu/libc.so.6`]: 'the C library',
  [`${USR}/bin/x86_64-linux-gnu-g++-7`]: DRIVER,
  [`${USR}/bin/x86_64-linux-gnu-gcc-7`]: DRIVER,
  [`${USR}/bin/x86_64-linux-gnu-as`]: PART,
  [`${USR}/bin/ld.bfd`]: PART,
  [`${PARTS}/cc1plus`]: PART,
  [`${PARTS}/collect2`]: PART,
};

let folder: string;
let root: string;
beforeEach(() => {
  folder = tempDir();
  root = join(folder, 'a prefix');
  writeTree(root, TOOLKIT);
  for (const [path, text] of Object.entries(TREE)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode: 0o755 });
  }
});

function told(compiler: string, env: Record<string, string> = {}, cwd = folder): string[] {
  const file = join(folder, 'told');
  writeFileSync(file, '');
  execFileSync(compiler, ['x.cpp', 'a file'], { env: { TOLD: file, ...env }, cwd });
  return readFileSync(file, 'utf8').trim().split('\n');
}

describe('a host compiler in a prefix', () => {
  it('is started with its own loader, libraries and sysroot, and so is each of its parts', async () => {
    const written = await relocate(root, OPTIONS);
    expect(written).toEqual(
      expect.arrayContaining([
        'host/bin/g++',
        'host/bin/gcc',
        'host/sysroot/lib64',
        `${PARTS}/cc1plus`,
        `${PARTS}/cc1plus.elf`,
        `${PARTS}/as`,
        `${PARTS}/ld.bfd`,
      ]) as string[],
    );
    const sysroot = join(root, 'host/sysroot');
    expect(readlinkSync(join(sysroot, 'lib64'))).toBe('usr/lib64');
    const said = told(join(root, 'host/bin/g++'), {
      LD_PRELOAD: '/no/such',
      LD_LIBRARY_PATH: '/of/the/user',
    });
    expect(said[0]).toBe(`libraries ${sysroot}/usr/lib/x86_64-linux-gnu`);
    expect(said[1]).toBe('preloaded nothing, path /of/the/user');
    expect(said[2]).toBe(`driver --sysroot=${sysroot} x.cpp a file`);
    expect(said.at(-1)).toBe('cc1plus -quiet');
    expect(said.filter((line) => line.startsWith('libraries'))).toHaveLength(2);
  });

  it('works after it was moved, through links to the file and to folders, and by a relative path', async () => {
    await relocate(root, OPTIONS);
    const moved = join(folder, 'moved here');
    renameSync(root, moved);
    const sysrootOf = (compiler: string, cwd?: string): string | undefined =>
      told(compiler, {}, cwd).find((line) => line.startsWith('driver'));
    expect(sysrootOf(join(moved, 'host/bin/g++'))).toContain(`--sysroot=${moved}/host/sysroot `);
    symlinkSync(join(moved, 'host/bin/g++'), join(folder, 'my-g++'));
    symlinkSync(join(moved, 'host/bin'), join(folder, 'tools'));
    expect(sysrootOf(join(folder, 'my-g++'))).toContain(`--sysroot=${moved}/host/sysroot `);
    expect(sysrootOf(join(folder, 'tools/g++'))).toContain(`--sysroot=${folder}/tools/../sysroot `);
    expect(sysrootOf('./g++', join(moved, 'host/bin'))).toContain('--sysroot=./../sysroot ');
  });

  it('never lies in bin, where it would hide the compiler of the user', async () => {
    const written = await relocate(root, OPTIONS);
    expect(written.filter((path) => /^bin\/(?:gcc|g\+\+|cc|c\+\+|ld|as)$/.test(path))).toEqual([]);
  });

  it("that the toolkit's own header refuses is an error, whatever the table said", async () => {
    writeFileSync(join(root, `${USR}/bin/x86_64-linux-gnu-g++-9`), DRIVER);
    for (const name of ['x86_64-linux-gnu-g++-7', 'x86_64-linux-gnu-gcc-7'])
      renameSync(join(root, USR, 'bin', name), join(folder, name));
    await expect(relocate(root, OPTIONS)).rejects.toMatchObject({
      code: 'gcc-not-accepted',
      hint: expect.stringContaining('gcc@7') as string,
    });
  });

  it('without its parts is an error that names them', async () => {
    renameSync(join(root, PARTS), join(folder, 'elsewhere'));
    await expect(relocate(root, OPTIONS)).rejects.toMatchObject({ code: 'relocation-failed' });
  });
});

describe('the scripts of a toolchain', () => {
  it('follow gcc 13, whose parts lie in libexec, and arm64, whose loader lies in lib', () => {
    const tree: ToolchainTree = {
      triplet: 'aarch64-linux-gnu',
      gcc: '13',
      loader: 'usr/lib/ld-linux-aarch64.so.1',
      parts: 'usr/libexec/gcc/aarch64-linux-gnu/13',
      inParts: ['cc1', 'collect2'],
      inBin: ['aarch64-linux-gnu-g++-13', 'aarch64-linux-gnu-ld'],
    };
    const programs = hostPrograms(tree);
    expect(programs.map(({ path }) => path)).toEqual([
      'host/sysroot/usr/libexec/gcc/aarch64-linux-gnu/13/cc1',
      'host/sysroot/usr/libexec/gcc/aarch64-linux-gnu/13/collect2',
      'host/sysroot/usr/libexec/gcc/aarch64-linux-gnu/13/ld',
      'host/bin/g++',
      'host/bin/c++',
      'host/bin/ld',
    ]);
    expect(programs[0]!.text).toContain('exec "$root/usr/lib/ld-linux-aarch64.so.1"');
    expect(programs[0]!.text).toContain('root=$here/../../../../..\n');
  });
});
