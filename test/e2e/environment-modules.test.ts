/**
 * `env --format modulefile` in Environment Modules, unpacked from Debian's own package: installed, it would exclude Lmod, with which
 * test/cli/env-modules.test.ts does the same.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasPrograms } from '../support/has-programs.ts';
import { expectModulesToWork } from '../support/module-shell.ts';
import { installFake } from '../support/prefix.ts';
import { sharedTempDir, tempDir } from '../support/temp-dir.ts';
import { run } from './support.ts';

const PROGRAMS = ['apt-get', 'dpkg-deb', 'tclsh'] as const;
const able = PROGRAMS.every((one) => hasPrograms(one));

describe.skipIf(!able)(`Environment Modules${able ? '' : ` (needs ${PROGRAMS.join(', ')})`}`, () => {
  const folder = sharedTempDir();
  const home = join(folder, `it's a $HOME [x] {y`);
  /** Null where the package could not be had. */
  let modulecmd: string | null = null;
  let why = '';

  beforeAll(async () => {
    await installFake(home, 'cuda9');
    await installFake(home, 'cuda10');
    const options = { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, cwd: folder, timeoutMs: 120_000 };
    const fetched = await run(
      ['apt-get', '-o', 'APT::Sandbox::User=root', 'download', 'environment-modules'],
      options,
    );
    const file = readdirSync(folder).find((name) => name.endsWith('.deb'));
    if (fetched.status !== 0 || file === undefined) {
      why = fetched.stderr;
      return;
    }
    expect((await run(['dpkg-deb', '-x', file, 'root'], options)).status).toBe(0);
    const found = readdirSync(join(folder, 'root/usr/lib'), { recursive: true, encoding: 'utf8' });
    modulecmd = join(
      folder,
      'root/usr/lib',
      found.find((path) => path.endsWith('modulecmd.tcl'))!,
    );
  });

  it('loads, never two at once, unloads without a trace, and puts back what was set before', (test) => {
    test.skip(modulecmd === null, `apt has no environment-modules to download: ${why}`);
    expectModulesToWork(`tclsh ${modulecmd}`, { home, dir: tempDir() });
    expectModulesToWork(`tclsh ${modulecmd}`, { home, dir: tempDir() }, { CUDA_HOME: '/usr/local/cuda-8.0' });
  });
});
