/** ./gpu-setup in a fresh clone, the way a new user meets it. */
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROOT, run, sandbox } from './support.ts';
import { sharedTempDir } from '../support/temp-dir.ts';
import { hasPrograms } from '../support/has-programs.ts';

const able = hasPrograms('npm', 'git');

describe.skipIf(!able)(`the launcher${able ? '' : ' (needs npm and git)'}`, () => {
  const where = sandbox(sharedTempDir());
  let clone: string;
  let env: Record<string, string>;
  beforeAll(async () => {
    clone = join(where.folder, 'a clone');
    // What git would hand out: tracked files and those about to be.
    const files = await run(['git', 'ls-files', '-z', '-c', '-o', '--exclude-standard'], {
      env: where.env,
      cwd: ROOT,
    });
    for (const file of files.stdout.split('\0').filter(Boolean)) {
      if (existsSync(join(ROOT, file))) cpSync(join(ROOT, file), join(clone, file), { recursive: true });
    }
    env = { ...where.env };
    const npm = await run(['npm', 'config', 'get', 'registry'], {
      env: { ...(process.env as Record<string, string>) },
    });
    env['npm_config_registry'] = npm.stdout.trim();
    for (const [name, value] of Object.entries(process.env)) {
      if (/^npm_config_(registry|.*_auth.*|strict_ssl|cafile)$|proxy$/i.test(name) && value !== undefined)
        env[name] ??= value;
    }
  });

  it('installs and builds on first use, says so once, and runs in the folder of the caller', async () => {
    const first = await run([join(clone, 'gpu-setup'), '--version'], { env, cwd: where.folder });
    expect(first.status, first.stderr).toBe(0);
    expect(first.stdout.trim()).toMatch(/^(gpu-setup )?\d+\.\d+\.\d+/);
    expect(first.stderr.match(/installing and building/g)).toHaveLength(1);
    const second = await run([join(clone, 'gpu-setup'), '--version'], { env, cwd: where.folder });
    expect(second.stderr).toBe('');
    writeFileSync(join(where.folder, 'machine.json'), '{"format":"gpu-setup/snapshot@1"}');
    const relative = await run([join(clone, 'gpu-setup'), 'doctor', '--snapshot', 'machine.json', '--json'], {
      env,
      cwd: where.folder,
    });
    expect(JSON.parse(relative.stdout)).toMatchObject({ schema: 'gpu-setup/doctor@1' });
  });

  it('takes Node for what it is where the caller wants colours, or gives options to every Node', async () => {
    for (const more of [{ FORCE_COLOR: '1' }, { NODE_OPTIONS: '--no-deprecation --require=/dev/null' }]) {
      const done = await run([join(clone, 'gpu-setup'), '--version'], { env: { ...env, ...more } });
      expect(done.status, done.stderr).toBe(0);
      expect(done.stderr).toBe('');
    }
  });

  it('starts through a link on PATH', async () => {
    const bin = join(where.folder, 'bin');
    mkdirSync(bin);
    symlinkSync(join(clone, 'gpu-setup'), join(bin, 'gpu-setup'));
    const done = await run(['sh', '-c', 'gpu-setup --version'], {
      env: { ...env, PATH: `${bin}:${env['PATH']}` },
    });
    expect(done.status, done.stderr).toBe(0);
  });

  it('builds again when a source is newer than the build, and not otherwise', async () => {
    const page = join(clone, 'docs/diagnoses', readdirSync(join(clone, 'docs/diagnoses'))[0]!);
    const later = new Date(statSync(join(clone, 'dist/main.js')).mtimeMs + 5000);
    await run(['touch', '-d', later.toISOString(), page], { env });
    const done = await run([join(clone, 'gpu-setup'), '--version'], { env });
    expect(done.stderr).toContain('the sources changed');
  });

  it.skipIf(process.getuid?.() !== 0)(
    'leaves nothing of root in the clone of another user (needs root)',
    async () => {
      const theirs = join(where.folder, 'theirs');
      cpSync(clone, theirs, { recursive: true, filter: (path) => !/\/(node_modules|dist)(\/|$)/.test(path) });
      await run(['chown', '-R', '65534:65534', theirs], { env });
      const done = await run([join(theirs, 'gpu-setup'), '--version'], {
        env: { ...env, SUDO_UID: '65534' },
      });
      expect(done.status, done.stderr).toBe(0);
      const owned = await run(['find', theirs, '-user', 'root'], { env });
      expect(owned.stdout).toBe('');
    },
  );

  it('fetches Bun at the digest of the lock file where there is no Node, and refuses other bytes', async () => {
    const bin = join(where.folder, 'no-node');
    mkdirSync(bin);
    for (const folder of ['/bin', '/usr/bin', '/usr/local/bin']) {
      if (!existsSync(folder)) continue;
      for (const name of readdirSync(folder)) {
        if (/^(node|npm|npx|nodejs|bun)$/.test(name) || existsSync(join(bin, name))) continue;
        symlinkSync(join(folder, name), join(bin, name));
      }
    }
    const fresh = join(where.folder, 'clone without node');
    cpSync(clone, fresh, { recursive: true, filter: (path) => !/\/(node_modules|dist)(\/|$)/.test(path) });
    const without = { ...env, PATH: bin };
    const done = await run([join(fresh, 'gpu-setup'), 'list', '--json'], { env: without, cwd: where.folder });
    expect(done.status, done.stderr).toBe(0);
    expect(JSON.parse(done.stdout)).toMatchObject({ schema: 'gpu-setup/list@1' });
    expect(done.stderr).toContain('fetching the runtime Bun');

    const unnamed = Object.fromEntries(Object.entries(without).filter(([name]) => !/registry/.test(name)));
    const helpless = await run([join(fresh, 'gpu-setup'), '--version'], {
      env: { ...unnamed, GPU_SETUP_CACHE: join(where.folder, 'other-cache') },
    });
    expect(helpless.status).toBe(1);
    expect(helpless.stderr).toContain('hint:');

    const lock = join(fresh, 'package-lock.json');
    await run(['sed', '-i', 's|"integrity": "sha512-|"integrity": "sha512-AAAA|', lock], { env });
    const forged = await run([join(fresh, 'gpu-setup'), '--version'], {
      env: { ...without, GPU_SETUP_CACHE: join(where.folder, 'third-cache') },
    });
    expect(forged.status).toBe(1);
    expect(forged.stderr).toContain('SHA-512');
  });

  it('works from a clone that it may not write to', async () => {
    if (process.getuid?.() !== 0) chmodSync(clone, 0o555);
    const args = [join(clone, 'gpu-setup'), '--version'];
    const reader = process.getuid?.() === 0 ? { uid: 65534 } : {};
    await run(['chmod', '-R', 'a+rX', where.folder], { env });
    const cache = join(where.folder, 'reader-cache');
    mkdirSync(cache);
    if (process.getuid?.() === 0) chownSync(cache, 65534, 65534);
    await run(['rm', '-rf', join(clone, 'dist')], { env });
    const done = await run(args, { env: { ...env, HOME: cache, GPU_SETUP_CACHE: cache }, ...reader });
    expect(done.status, done.stderr).toBe(0);
    expect(existsSync(join(clone, 'dist'))).toBe(false);
  });
});
