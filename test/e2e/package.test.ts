/** What `npm run pack` makes, installed for everybody as npm does it: one package that needs no other, and works. */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { sharedTempDir } from '../support/temp-dir.ts';
import { hasPrograms } from '../support/has-programs.ts';
import { copyOfSources, ROOT, run, sandbox, type Run } from './support.ts';

const able = hasPrograms('npm', 'git');

describe.skipIf(!able)(`the package${able ? '' : ' (needs npm and git)'}`, () => {
  const where = sandbox(sharedTempDir());
  const prefix = join(where.folder, 'prefix');
  const env = { ...where.env, npm_config_cache: join(where.folder, 'npm-cache'), npm_config_offline: 'true' };
  let packed: { filename: string; files: { path: string }[] };

  beforeAll(async () => {
    const clone = join(where.folder, 'clone');
    await copyOfSources(clone);
    symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
    const before = readFileSync(join(clone, 'package.json'), 'utf8');
    const done = await run(
      ['npm', 'run', '--silent', 'pack', '--', '--json', '--pack-destination', where.folder],
      {
        env,
        cwd: clone,
      },
    );
    expect(done.status, done.stderr).toBe(0);
    [packed] = JSON.parse(done.stdout) as [typeof packed];
    expect(readFileSync(join(clone, 'package.json'), 'utf8')).toBe(before);
    expect(existsSync(join(clone, '.package.json.whole'))).toBe(false);
    mkdirSync(prefix);
    const install = ['npm', 'install', '--global', '--prefix', prefix, join(where.folder, packed.filename)];
    const installed = await run(install, { env, cwd: where.folder });
    expect(installed.status, installed.stderr).toBe(0);
  });

  const installed = (...args: string[]): Promise<Run> =>
    run([join(prefix, 'bin/gpu-setup'), ...args], { env: where.env, cwd: where.folder });

  it('is installed without a registry, and brings no other package', async () => {
    const listed = await run(['npm', 'ls', '--global', '--all', '--parseable', '--prefix', prefix], { env });
    const packages = listed.stdout.split('\n').filter((line) => line.includes('/node_modules/'));
    expect(packages).toEqual([join(prefix, 'lib/node_modules/gpu-setup')]);
    expect(existsSync(join(prefix, 'lib/node_modules/gpu-setup/node_modules'))).toBe(false);
  });

  it('holds the program, its contracts, and nothing else', () => {
    const places = new Set(
      packed.files.map(({ path }) => path.replace(/^(dist\/chunks|docs\/schema)\/[^/]*$/, '$1')),
    );
    expect([...places].sort()).toEqual(
      [
        'LICENSE',
        'README.md',
        'dist/chunks',
        'dist/main.js',
        'docs/errors.md',
        'docs/schema',
        'package.json',
      ].sort(),
    );
  });

  it('answers what needs recipes, sources, pages and examples', async () => {
    writeFileSync(
      join(where.folder, 'net.cfg'),
      '[net]\nwidth=32\nheight=32\nchannels=3\n[convolutional]\nfilters=8\nsize=3\nstride=1\npad=1\nactivation=leaky\n',
    );
    for (const [args, schema] of [
      [['doctor'], 'doctor'],
      [['doctor', '--example', 'laptop'], 'doctor'],
      [['recipes'], 'recipes'],
      [['explain', 'nouveau-in-use'], 'explain'],
      [['smoke', '--cost', 'net.cfg'], 'cost'],
    ] as const) {
      const done = await installed(...args, '--json');
      expect(JSON.parse(done.stdout), `${args.join(' ')}: ${done.stderr}`).toMatchObject({
        schema: `gpu-setup/${schema}@1`,
      });
    }
    expect((await installed('--version')).stdout.trim()).toMatch(/^(gpu-setup )?\d+\.\d+\.\d+/);
  });
});
