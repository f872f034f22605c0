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
import { copyOfSources, registrySettings, run, sandbox } from './support.ts';
import { sharedTempDir } from '../support/temp-dir.ts';
import { hasPrograms } from '../support/has-programs.ts';

const able = hasPrograms('npm', 'git');

describe.skipIf(!able)(`the launcher${able ? '' : ' (needs npm and git)'}`, () => {
  const where = sandbox(sharedTempDir());
  let clone: string;
  let env: Record<string, string>;
  beforeAll(async () => {
    clone = join(where.folder, 'a clone');
    await copyOfSources(clone);
    env = { ...where.env, ...(await registrySettings()) };
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

  /** A folder of all programs but Node, npm and Bun. */
  function withoutNode(): string {
    const bin = join(where.folder, 'no-node');
    if (existsSync(bin)) return bin;
    mkdirSync(bin);
    for (const folder of ['/bin', '/usr/bin', '/usr/local/bin']) {
      if (!existsSync(folder)) continue;
      for (const name of readdirSync(folder)) {
        if (/^(node|npm|npx|nodejs|bun)$/.test(name) || existsSync(join(bin, name))) continue;
        symlinkSync(join(folder, name), join(bin, name));
      }
    }
    return bin;
  }

  const unbuiltCopy = (to: string): void =>
    cpSync(clone, to, { recursive: true, filter: (path) => !/\/(node_modules|dist)(\/|$)/.test(path) });

  it.skipIf(process.getuid?.() !== 0).each(['Node', 'Bun'])(
    'leaves nothing of root in the clone and the home of another user, under a sudo that keeps HOME, on %s (needs root)',
    async (runtime) => {
      const home = join(where.folder, `home-${runtime}`);
      const theirs = join(home, 'clone');
      unbuiltCopy(theirs);
      writeFileSync(join(home, '.npmrc'), `cache=${home}/npm\nlogs-dir=${home}/logs\n`);
      await run(['chown', '-R', '65534:65534', home], { env });
      const sudo = {
        ...env,
        HOME: home,
        SUDO_UID: '65534',
        GPU_SETUP_CACHE: join(where.folder, `root-cache-${runtime}`),
        ...(runtime === 'Bun' ? { PATH: withoutNode() } : {}),
      };
      const done = await run([join(theirs, 'gpu-setup'), 'doctor', '--json'], { env: sudo });
      expect(JSON.parse(done.stdout), done.stderr).toMatchObject({ schema: 'gpu-setup/doctor@1' });
      const owned = await run(['find', home, '-user', 'root'], { env });
      expect(owned.stdout).toBe('');
    },
  );

  it('fetches Bun at the digest of the lock file where there is no Node, and refuses other bytes', async () => {
    const fresh = join(where.folder, 'clone without node');
    unbuiltCopy(fresh);
    const without = { ...env, PATH: withoutNode() };
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
