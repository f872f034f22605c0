/**
 * What root installs for everybody, as another user of the machine meets it: it is seen and used, and nothing of it can be
 * changed; the user's own prefixes stand beside it. Root's home is where it always is, /opt/gpu-setup: a folder of the test
 * lies there, for these processes alone.
 */
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSources } from '../support/nvidia/configuration.ts';
import { buildRepositories } from '../support/nvidia/repository.ts';
import { serve, type FakeServer } from '../support/nvidia/server.ts';
import { MAIN, run, type Run } from './support.ts';
import { sharedTempDir } from '../support/temp-dir.ts';
import { canMountApart } from '../support/can-mount.ts';
import { hasPrograms } from '../support/has-programs.ts';

const able = canMountApart && hasPrograms('cc', 'g++', 'xz', 'setpriv');
const because = able ? '' : ' (needs root, unshare, mount, setpriv, a C compiler and xz)';

const USER = 65534;
const AS_USER = ['setpriv', `--reuid=${USER}`, `--regid=${USER}`, '--clear-groups', '--'];
const SYSTEM = '/opt/gpu-setup';

/** UMASK FOLDER PROGRAM...: with /opt and /var/cache of the test. What else the machine has below /opt stays: Node may be. */
const MOUNTED = `umask "$1"; top=$2; shift 2
mount --rbind /opt "$top/real"
mount --bind "$top/opt" /opt
mount --bind "$top/cache" /var/cache
for path in "$top"/real/*; do
  [ -d "$path" ] && [ "\${path##*/}" != gpu-setup ] || continue
  mkdir -p -m 755 "/opt/\${path##*/}"
  mount --rbind "$path" "/opt/\${path##*/}"
done
exec "$@"`;

const PROGRAM = `#include <stdio.h>
#include "cuda_runtime_api.h"
int main(void) { int v = 0; cudaRuntimeGetVersion(&v); printf("%d\\n", v); return 0; }
`;

describe.skipIf(!able)(`root's prefixes, for all users${because}`, () => {
  const top = sharedTempDir();
  const userHome = join(top, 'user');
  const home = join(top, 'opt', 'gpu-setup');
  const base = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' };
  const ofRoot = { ...base, HOME: join(top, 'root'), GPU_SETUP_CONFIG: join(top, 'etc') };
  const ofUser = { ...base, HOME: userHome };
  const programs: readonly string[] = [process.execPath, MAIN];
  let server: FakeServer;

  const mounted = (umask: string, argv: readonly string[], env: Record<string, string>): Promise<Run> =>
    run(['unshare', '--mount', 'sh', '-euc', MOUNTED, 'sh', umask, top, ...argv], { env, cwd: userHome });
  const root = (...args: string[]): Promise<Run> => mounted('077', [...programs, ...args], ofRoot);
  const user = (...args: string[]): Promise<Run> =>
    mounted('022', [...AS_USER, ...programs, ...args], ofUser);
  /** What lies there, with owner, mode, size and time of each. */
  const picture = async (folder: string): Promise<string> => {
    const found = await run(['find', folder, '-printf', '%p %u %m %s %T@ %l\n'], { env: base });
    return found.stdout.split('\n').sort().join('\n');
  };
  const install = ['--accept-license', '--without', 'host-compiler'] as const;
  const document = (done: Run): Record<string, unknown> => {
    expect(done, done.stderr).toMatchObject({ status: 0 });
    return JSON.parse(done.stdout) as Record<string, unknown>;
  };

  beforeAll(async () => {
    chmodSync(top, 0o755);
    for (const name of ['opt', 'real', 'cache', 'root', 'user']) mkdirSync(join(top, name), { mode: 0o755 });
    const repositories = await buildRepositories(join(top, 'nvidia'));
    server = await serve(repositories.root);
    await writeSources(ofRoot.GPU_SETUP_CONFIG, server.url, repositories);
    await writeSources(join(userHome, '.config', 'gpu-setup'), server.url, repositories);
    writeFileSync(join(userHome, 'report.c'), PROGRAM);
    await run(['chown', '-R', `${USER}:${USER}`, userHome], { env: base });
    for (const recipe of ['cuda9', 'cuda10']) {
      const done = await root('install', recipe, ...install);
      expect(done, done.stderr).toMatchObject({ status: 0 });
    }
  });
  afterAll(() => server?.close());

  it('may be read as a whole, whatever the umask of root; its state and its cache are for root alone', async () => {
    expect(readdirSync(home).sort()).toEqual(['generations', 'prefixes', 'state', 'store']);
    const hidden = await run(
      [
        ...['find', join(home, 'generations'), join(home, 'prefixes'), '-not', '-type', 'l'],
        ...['(', '-not', '-perm', '-a+r', '-o', '-type', 'd', '-not', '-perm', '-a+x'],
        ...['-o', '-perm', '/go+w', ')'],
      ],
      { env: base },
    );
    expect(hidden).toEqual({ status: 0, stdout: '', stderr: '' });
    for (const folder of [join(home, 'state'), join(top, 'cache', 'gpu-setup')]) {
      expect((await run([...AS_USER, 'ls', folder], { env: base })).status, folder).not.toBe(0);
    }
  });

  it('is listed, shown and verified', async () => {
    const { prefixes } = document(await user('list', '--json')) as unknown as {
      prefixes: { path: string }[];
    };
    expect(prefixes.map(({ path }) => path)).toEqual(
      ['cuda10', 'cuda9'].map((name) => `${SYSTEM}/prefixes/${name}`),
    );
    expect(document(await user('show', 'cuda10', '--json'))).toMatchObject({ cuda: '10.0.130' });
    expect((await user('show', 'cuda10', '--licenses')).stdout).toContain('Stand-in licence of cuDNN');
    expect(await user('verify', 'cuda10')).toMatchObject({ status: 0, stderr: '' });
    expect(document(await user('outdated', '--json'))).toMatchObject({
      outdated: [{ state: 'newest' }, { state: 'newest' }],
    });
  });

  it('builds and runs programs, in run and in shell', async () => {
    for (const [name, version] of [
      ['cuda9', '9000'],
      ['cuda10', '10000'],
    ] as const) {
      const built = await user('run', name, '--', 'cc', '-o', name, 'report.c', '-lcudart');
      expect(built, built.stderr).toMatchObject({ status: 0, stderr: '' });
      expect(await user('run', name, '--', `./${name}`)).toMatchObject({ stdout: version });
    }
    expect((await user('run', 'cuda10', '--', 'nvcc', '--version')).stdout).toContain('release 10.0');
    const typed = 'echo "nvcc --version" | exec "$@"';
    const shell = await mounted(
      '022',
      [...AS_USER, 'sh', '-euc', typed, 'sh', ...programs, 'shell', 'cuda9'],
      { ...ofUser, SHELL: '/bin/sh' },
    );
    expect(shell.stdout, shell.stderr).toContain('release 9.0');
  });

  it('has an environment and a module file of nothing but what the user may read', async () => {
    for (const format of ['bash', 'modulefile']) {
      const { stdout } = await user('env', 'cuda10', '--format', format);
      const paths = new Set(stdout.match(/\/opt\/gpu-setup[^"':;\s,]*/g));
      expect(paths.size).toBeGreaterThan(5);
      for (const path of paths) {
        expect(path).toMatch(/^\/opt\/gpu-setup\/prefixes\/cuda10(?:\/|$)/);
      }
      expect(stdout).not.toContain(top);
      const unread = await mounted(
        '022',
        [...AS_USER, 'sh', '-euc', 'for path; do [ -r "$path" ] || echo "$path"; done', 'sh', ...paths],
        ofUser,
      );
      // pkgconfig is named whether or not a package brings one.
      expect(unread.stdout.split('\n').filter((path) => !path.endsWith('/pkgconfig'))).toEqual(['']);
    }
  });

  it('is found by which and by the doctor, which asks nobody to change it', async () => {
    const which = await user('which', 'cuda10', 'nvcc', 'libcudart.so.10.0');
    expect(which.status, which.stdout).toBe(0);
    expect(which.stdout).toContain(`${SYSTEM}/prefixes/cuda10/lib64/libcudart.so.10.0`);
    const doctor = JSON.parse((await user('doctor', '--json')).stdout) as {
      diagnoses: { subject: string; fix: { command: string | null }[] }[];
    };
    const text = (await user('doctor')).stdout;
    expect(text).toContain('(prefix cuda10)');
    expect(doctor.diagnoses.map(({ subject }) => subject)).toContain('prefix:cuda10');
    const commands = doctor.diagnoses.flatMap(({ fix }) => fix.flatMap(({ command }) => command ?? []));
    expect(
      commands.filter((line) => /gpu-setup (?:upgrade|remove|verify|rollback|prune)/.test(line)),
    ).toEqual([]);
  });

  describe('cannot be changed', () => {
    const unchanged = async (env: Record<string, string>, args: readonly string[]): Promise<Run> => {
      const before = await picture(home);
      const started = Date.now();
      const done = await mounted('022', [...AS_USER, ...programs, ...args], env);
      // Nobody waits for a lock that only root can take.
      expect(Date.now() - started).toBeLessThan(15_000);
      expect(await picture(home)).toBe(before);
      expect(done.stderr).not.toMatch(/^\s+at /m);
      return done;
    };

    it.each([
      [['remove', 'cuda10', '-y']],
      [['upgrade', 'cuda10']],
      [['rollback', 'cuda10']],
      [['verify', 'cuda10', '--repair']],
    ])('%j: with sudo, or in a prefix of one of the own', async (args) => {
      for (const env of [ofUser, { ...ofUser, GPU_SETUP_HOME: SYSTEM }]) {
        const done = await unchanged(env, args);
        expect(done.status).toBe(1);
        expect(done.stderr).toMatch(
          /^error\[prefix-of-root\]: \/opt\/gpu-setup\/prefixes\/cuda10 was installed by root for all users$/m,
        );
        expect(done.stderr).toMatch(/with sudo[^]*one of your own/);
      }
    });

    it.each([
      [['install', 'cuda10', '--name', 'another', ...install]],
      [['use', 'cuda10']],
      [['use', '--reset']],
      [['prune', '-y']],
    ])('%j, where GPU_SETUP_HOME names the home of root', async (args) => {
      const done = await unchanged({ ...ofUser, GPU_SETUP_HOME: SYSTEM }, args);
      expect(done.status).toBe(1);
      expect(done.stderr).toMatch(/^error\[home-not-writable\]: cannot write to \/opt\/gpu-setup: EACCES/m);
      expect(done.stderr).toMatch(/with sudo[^]*GPU_SETUP_HOME/);
    });

    it('by prune without that, which goes through the own home alone', async () => {
      expect(await unchanged(ofUser, ['prune', '-y'])).toMatchObject({ status: 0, stderr: '' });
    });
  });

  it('can be chosen by each user, and by root for those who chose none', async () => {
    expect(await root('use', 'cuda9')).toMatchObject({ status: 0 });
    expect(document(await user('env', '--json'))).toMatchObject({ name: 'cuda9' });
    expect(await user('use', 'cuda10')).toMatchObject({ status: 0 });
    expect(document(await user('use', '--json'))).toMatchObject({ path: `${SYSTEM}/prefixes/cuda10` });
    const reset = await user('use', '--reset');
    expect(reset.stdout).toContain('root chose for all users: cuda9');
    expect(await root('use', '--reset')).toMatchObject({ status: 0 });
    expect((await user('use', '--reset')).stdout).toContain('No prefix is chosen any more');
  });

  it('has one of the same name beside it that the user installs: it comes first, and shares nothing', async () => {
    const before = await picture(home);
    const done = await user('install', 'cuda10', ...install);
    expect(done, done.stderr).toMatchObject({ status: 0 });
    expect(await picture(home)).toBe(before);
    const own = join(userHome, '.local', 'share', 'gpu-setup');
    const foreign = await run(['find', own, '-not', '-user', String(USER)], { env: base });
    expect(foreign).toMatchObject({ status: 0, stdout: '' });
    const nodes = async (folder: string): Promise<string[]> =>
      (await run(['find', folder, '-type', 'f', '-printf', '%i\n'], { env: base })).stdout.split('\n');
    const theirs = new Set(await nodes(home));
    expect((await nodes(own)).filter((node) => theirs.has(node))).toEqual([]);

    const listed = await user('list');
    const paths = listed.stdout.split('\n').flatMap((line) => /^cuda10 .* (\/\S+)$/.exec(line)?.[1] ?? []);
    expect(paths).toEqual([join(own, 'prefixes/cuda10'), `${SYSTEM}/prefixes/cuda10`]);
    expect(listed.stderr).toContain(`"cuda10" means your own, not ${SYSTEM}/prefixes/cuda10`);
    expect(document(await user('env', 'cuda10', '--json'))).toMatchObject({ path: paths[0] });
    expect(await user('remove', 'cuda10', '-y')).toMatchObject({ status: 0 });
    expect(document(await user('env', 'cuda10', '--json'))).toMatchObject({ path: paths[1] });
  });

  it('is mended by root where a file is gone, and the user is told so', async () => {
    rmSync(join(home, 'prefixes/cuda9/lib64/libcudart.so'));
    const before = await user('verify', 'cuda9');
    expect(before.status).toBe(1);
    expect(before.stderr).toContain('root may mend it: sudo gpu-setup verify cuda9 --repair');
    expect(await root('verify', 'cuda9', '--repair')).toMatchObject({ status: 0 });
    expect(await user('verify', 'cuda9')).toMatchObject({ status: 0 });
    rmSync(join(home, 'prefixes/cuda9/.gpu-setup/manifest.json'));
    expect((await user('list')).stderr).toContain('sudo gpu-setup verify cuda9 --repair');
    expect((await user('show', 'cuda9')).stderr).toMatch(
      /^error\[prefix-broken\][^]*ask the administrator: sudo gpu-setup verify cuda9 --repair/,
    );
    // What said that the terms were accepted is gone with it.
    const anew = await root('verify', 'cuda9', '--repair', '--accept-license');
    expect(anew, anew.stderr).toMatchObject({ status: 0 });
    expect(await user('verify', 'cuda9')).toMatchObject({ status: 0 });
  });

  it('comes from `sudo gpu-setup install` too: nothing of root stays with the user', async () => {
    // As sudo of Ubuntu 18.04 does it: HOME and XDG_* are still the user's.
    const sudo = {
      ...ofUser,
      ...{ SUDO_USER: 'nobody', SUDO_UID: String(USER), SUDO_GID: String(USER) },
      ...{ XDG_CACHE_HOME: join(userHome, '.cache'), XDG_DATA_HOME: join(userHome, '.local', 'share') },
      XDG_CONFIG_HOME: join(userHome, '.config'),
      GPU_SETUP_CONFIG: ofRoot.GPU_SETUP_CONFIG,
    };
    const before = await picture(userHome);
    const done = await mounted(
      '022',
      [...programs, 'install', 'cuda10', '--name', 'by-sudo', ...install],
      sudo,
    );
    expect(done, done.stderr).toMatchObject({ status: 0 });
    expect(await picture(userHome)).toBe(before);
    expect(document(await user('show', 'by-sudo', '--json'))).toMatchObject({
      path: `${SYSTEM}/prefixes/by-sudo`,
    });
    expect(await mounted('022', [...programs, 'remove', 'by-sudo', '-y'], sudo)).toMatchObject({ status: 0 });
    expect(await picture(userHome)).toBe(before);
  });
});
