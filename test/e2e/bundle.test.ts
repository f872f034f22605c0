/**
 * Real input: a bundle of two packages of CUDA 11.8 from Debian's signed non-free component, installed by both runtimes where
 * there is no network at all (a network namespace without an interface). Needs root, unshare and the mirror.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { BINARY, MAIN, gpuSetup, run, sandbox, type Run } from './support.ts';
import { sharedTempDir } from '../support/temp-dir.ts';
import { hasPrograms } from '../support/has-programs.ts';

const os = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
const able = /^ID=debian$/m.test(os) && hasPrograms('unshare') && process.getuid?.() === 0;
const because = able ? '' : ' (needs Debian, root and unshare)';

describe.skipIf(!able)(`a bundle on a machine without a network${because}`, () => {
  const folder = sharedTempDir();
  const file = join(folder, 'cuda.bundle');
  let made: Run;

  beforeAll(async () => {
    const words = ['cuda@11.8', '--source', 'debian-bookworm', '--without', 'compiler,libraries'];
    made = await gpuSetup(
      ['bundle', 'create', ...words, '--with', 'debugger', '-o', file, '--accept-license', '--json'],
      sandbox(join(folder, 'maker')),
    );
  });

  it('is made, and any tar lists it', async () => {
    expect(made.status, made.stderr).toBe(0);
    const { packages } = JSON.parse(made.stdout) as { packages: { sha256: string }[] };
    const listed = await run(['tar', '-tf', file], sandbox(folder));
    for (const { sha256 } of packages) expect(listed.stdout).toContain(`packages/${sha256}.deb`);
  });

  it.each([
    ['Node', [process.execPath, MAIN]],
    ['the executable', [BINARY]],
  ])('is installed and verified by %s', async (name, program) => {
    const other = sandbox(join(folder, name.replace(' ', '-')));
    const alone = (...args: string[]): Promise<Run> => run(['unshare', '-n', ...program, ...args], other);
    const installed = await alone('bundle', 'install', file, '--accept-license', '--json');
    expect(installed.status, installed.stderr).toBe(0);
    expect(JSON.parse(installed.stdout)).toMatchObject({ status: 'installed', spent: { fetchedBytes: 0 } });
    expect((await alone('verify', 'cuda11.8')).status).toBe(0);
    const again = await alone('bundle', 'install', file, '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ status: 'unchanged' });
    // What is not in a bundle cannot be had there.
    const lacking = await alone(
      'install',
      'cuda@11.8',
      '--source',
      'debian-bookworm',
      '--name',
      'x',
      '--json',
    );
    expect(lacking.status).toBe(1);
    rmSync(other.folder, { recursive: true });
  });
});
