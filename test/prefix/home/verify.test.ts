import {
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silent } from '../../../src/base/events.ts';
import { findPrefix, readPrefix } from '../../../src/prefix/home/prefixes.ts';
import { verifyPrefix, type Verification } from '../../../src/prefix/home/verify.ts';
import { installFake } from '../../support/prefix.ts';
import { tempDir } from '../../support/temp-dir.ts';

async function installed(): Promise<{ path: string; verify: () => Promise<Verification> }> {
  const home = join(tempDir(), 'home');
  const path = await installFake(home, 'cuda10');
  const manifest = await readPrefix(await findPrefix({ home }, 'cuda10', home));
  return { path, verify: () => verifyPrefix(path, manifest, { emit: silent }) };
}

describe('verifyPrefix', () => {
  it('finds nothing in a prefix as it was installed, its own files included', async () => {
    const { verify } = await installed();
    const found = await verify();
    expect(found.changes).toEqual([]);
    expect(found.checked).toBeGreaterThan(8);
  });

  it('finds a byte that changed under the same size and time', async () => {
    const { path, verify } = await installed();
    const file = join(path, 'lib64/stubs/libcuda.so');
    const { atime, mtime } = statSync(file);
    chmodSync(file, 0o644);
    writeFileSync(file, 'stuB');
    utimesSync(file, atime, mtime);
    chmodSync(file, 0o444);
    expect((await verify()).changes).toMatchObject([{ path: 'lib64/stubs/libcuda.so', change: 'changed' }]);
  });

  it('finds what is missing, added, of another mode, or of another kind', async () => {
    const { path, verify } = await installed();
    rmSync(join(path, 'bin/crt/link.stub'));
    writeFileSync(join(path, 'lib64/libnew.so'), '');
    chmodSync(join(path, 'libexec/nvcc'), 0o755);
    rmSync(join(path, 'libexec/crt'));
    symlinkSync('/tmp', join(path, 'libexec/crt'));
    rmSync(join(path, 'include/crt/host_config.h'));
    mkdirSync(join(path, 'include/crt/host_config.h'));
    expect((await verify()).changes.map(({ path: at, change, found }) => [at, change, found])).toEqual([
      ['bin/crt/link.stub', 'missing', null],
      ['include/crt/host_config.h', 'changed', 'no file'],
      ['lib64/libnew.so', 'added', 'file'],
      ['libexec/crt', 'changed', 'a link to /tmp'],
      ['libexec/nvcc', 'mode', 'mode 0755'],
    ]);
  });

  it('gives the same result where the prefix was moved to', async () => {
    const home = join(tempDir(), 'home');
    await installFake(home, 'cuda10');
    renameSync(home, `${home} moved`);
    const place = await findPrefix({ home: `${home} moved` }, 'cuda10', home);
    const found = await verifyPrefix(place.path, await readPrefix(place), { emit: silent });
    expect(found.changes).toEqual([]);
  });

  it('stops when it is told to', async () => {
    const home = join(tempDir(), 'home');
    const path = await installFake(home, 'cuda10');
    const manifest = await readPrefix(await findPrefix({ home }, 'cuda10', home));
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(verifyPrefix(path, manifest, { emit: silent, signal })).rejects.toThrow('stopped');
  });
});
