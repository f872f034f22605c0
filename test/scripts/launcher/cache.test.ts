/** What ./gpu-setup keeps in the cache (builds of clones of others, Bun): private, judged, and nothing left elsewhere. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import {
  fakeClone,
  launch,
  program,
  programsWithoutNode,
  unbuiltClone,
  type Launched,
} from '../../support/fake-clone.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { tempDir } from '../../support/temp-dir.ts';

const isRoot = process.getuid?.() === 0;
const mode = (path: string): string => (statSync(path).mode & 0o7777).toString(8);

const bare = programsWithoutNode();

/** Ordinary users build in the cache where the clone is not writable, root where it belongs to the user behind sudo. */
function notOurs(clone: string): Record<string, string> {
  if (!isRoot) {
    chmodSync(clone, 0o555);
    return {};
  }
  spawnSync('chown', ['-R', '65534:65534', clone]);
  return { SUDO_UID: '65534' };
}

describe('the launcher’s part of the cache', () => {
  function kit(): {
    start: (more?: Record<string, string>) => Launched;
    cache: string;
    home: string;
    clone: string;
  } {
    const where = unbuiltClone(tempDir());
    const env = {
      PATH: `${where.path}:${bare}`,
      HOME: where.home,
      GPU_SETUP_CACHE: where.cache,
      ...notOurs(where.clone),
    };
    return {
      ...where,
      start: (more = {}) =>
        launch(where.clone, { env: { ...env, ...more }, shell: ['sh', '-c', 'umask 000; exec "$0"'] }),
    };
  }

  it('is private whatever the umask, and nothing is left in the home or the clone', () => {
    const { start, cache, home, clone } = kit();
    const before = readdirSync(clone);
    expect(start()).toMatchObject({ status: 0, stdout: 'built' });
    const work = join(cache, 'launcher', readdirSync(join(cache, 'launcher'))[0]!);
    for (const folder of [cache, join(cache, 'launcher'), work]) expect(mode(folder)).toBe('700');
    expect(mode(join(work, 'dist/main.js'))).toBe('644');
    // An ordinary user's npm keeps its own cache.
    expect(readdirSync(home)).toEqual(isRoot ? [] : ['.npm']);
    expect(readdirSync(clone)).toEqual(before);
    expect(start()).toMatchObject({ status: 0, stdout: 'built', stderr: '' });
  });

  it('is emptied with a word where everybody could write to the cache, as 0.1 left it', () => {
    const { start, cache } = kit();
    start();
    for (const name of ['apt', 'runtime']) mkdirSync(join(cache, name, 'x'), { recursive: true });
    chmodSync(cache, 0o777);
    const done = start();
    expect(done).toMatchObject({ status: 0, stdout: 'built' });
    expect(done.stderr).toContain(
      `everybody could write to the cache ${cache}: it was emptied and made private`,
    );
    expect(readdirSync(cache)).toEqual(['launcher']);
    expect(mode(cache)).toBe('700');
  });

  it('is refused, and not touched, where the open folder holds what is not gpu-setup’s', () => {
    const { start, cache } = kit();
    mkdirSync(join(cache, 'apt'), { recursive: true });
    writeFileSync(join(cache, 'thesis.tex'), '');
    chmodSync(cache, 0o777);
    const done = start();
    expect(done.status).toBe(1);
    expect(done.stderr).toContain(`error[cache-not-private]: the cache ${cache} cannot be trusted`);
    expect(readdirSync(cache)).toEqual(['apt', 'thesis.tex']);
  });

  it('loses the builds alone where only their folder stood open', () => {
    const { start, cache } = kit();
    start();
    mkdirSync(join(cache, 'apt'));
    chmodSync(join(cache, 'launcher'), 0o777);
    const done = start();
    expect(done.stderr).toContain(`others could write to ${join(cache, 'launcher')}: it was deleted`);
    expect(done.stdout).toBe('built');
    expect(readdirSync(cache).sort()).toEqual(['apt', 'launcher']);
  });

  it('is refused where a build in it could be changed', () => {
    const { start, cache } = kit();
    start();
    const work = join(cache, 'launcher', readdirSync(join(cache, 'launcher'))[0]!);
    chmodSync(join(work, 'dist/main.js'), 0o666);
    const done = start();
    expect(done).toMatchObject({ status: 1, stdout: '' });
    expect(done.stderr).toContain(`${join(work, 'dist/main.js')} may be written to by everybody`);
    expect(done.stderr).toContain(`hint: rm -r ${join(work, 'dist/main.js')}`);
  });

  it.each([
    ['a relative path', { GPU_SETUP_CACHE: 'here' }, 'folder-not-absolute', 2],
    ['below a file', { GPU_SETUP_CACHE: '/etc/passwd/cache' }, 'cache-unusable', 1],
    ['where nothing can be made', { GPU_SETUP_CACHE: '/proc/nope/cache' }, 'cache-unusable', 1],
  ])('named as %s ends with a hint', (_, more, code, status) => {
    const done = kit().start(more);
    expect(done.status).toBe(status);
    expect(done.stderr).toMatch(new RegExp(`^error\\[${code}\\]: .*\nhint: `));
  });
});

describe.skipIf(!hasPrograms('curl', 'tar') || process.arch !== 'x64')(
  'Bun (needs curl, tar, x86-64)',
  () => {
    /** A registry in a folder, with a package whose bin/bun starts this Node. */
    function kit(): {
      start: (more?: Record<string, string>) => Launched;
      bun: string;
      path: string;
      registry: string;
    } {
      const folder = tempDir();
      const clone = fakeClone(join(folder, 'clone'));
      const path = join(folder, 'bin');
      mkdirSync(path);
      const registry = join(folder, 'registry');
      const version = /bun-linux-x64-baseline": \{\s*"version": "([^"]*)"/.exec(
        readFileSync(join(clone, 'package-lock.json'), 'utf8'),
      )![1]!;
      const shelf = join(registry, '@oven/bun-linux-x64-baseline/-');
      mkdirSync(join(folder, 'package/bin'), { recursive: true });
      mkdirSync(shelf, { recursive: true });
      program(join(folder, 'package/bin/bun'), `exec ${process.execPath} "$@"`);
      const archive = join(shelf, `bun-linux-x64-baseline-${version}.tgz`);
      spawnSync('tar', ['-czf', archive, '-C', folder, 'package']);
      const integrity = createHash('sha512').update(readFileSync(archive)).digest('base64');
      rewrite(
        join(clone, 'package-lock.json'),
        /(bun-linux-x64-baseline": \{[^}]*?"integrity": ")[^"]*/,
        `$1sha512-${integrity}`,
      );
      rewrite(
        join(clone, 'scripts/launcher/bun.sh'),
        /^BUN_SIZE=.*/m,
        `BUN_SIZE=${statSync(join(folder, 'package/bin/bun')).size}`,
      );
      const later = new Date(Date.now() + 5000);
      utimesSync(join(clone, 'dist/main.js'), later, later);
      const cache = join(folder, 'cache');
      const env = { PATH: `${path}:${bare}`, HOME: folder, GPU_SETUP_CACHE: cache };
      return {
        bun: join(cache, `runtime/bun-${version}/bun`),
        path,
        registry,
        start: (more = { npm_config_registry: `file://${registry}` }) =>
          launch(clone, { env: { ...env, ...more }, shell: ['sh', '-c', 'umask 000; exec "$0"'] }),
      };
    }

    const rewrite = (path: string, pattern: RegExp, text: string): void =>
      writeFileSync(path, readFileSync(path, 'utf8').replace(pattern, text));

    it('is fetched once, into folders for the user alone, and judged at each start', () => {
      const { start, bun } = kit();
      const first = start();
      expect(first.status, first.stderr).toBe(0);
      expect(first.stderr).toContain('fetching the runtime Bun');
      for (const path of [bun, join(bun, '..'), join(bun, '../..'), join(bun, '../../..')]) {
        expect(mode(path)).toBe('700');
      }
      expect(start({})).toMatchObject({ status: 0, stderr: '' });
      expect(readdirSync(join(bun, '..'))).toEqual(['bun']);

      chmodSync(bun, 0o777);
      expect(start({}).stderr).toContain(`error[cache-not-private]`);
      chmodSync(bun, 0o700);
      writeFileSync(bun, '#!/bin/sh\n');
      const again = start();
      expect(again.stderr).toContain('is not whole: fetching it again');
      expect(again.status).toBe(0);

      chmodSync(join(bun, '../..'), 0o777);
      const anew = start();
      expect(anew.stderr).toContain('it was deleted, and is made anew');
      expect(anew.status).toBe(0);
    });

    it('comes from the registry that npm names, before any variable', () => {
      const { start, path, registry } = kit();
      program(
        join(path, 'npm'),
        `[ "$*" = 'config get registry' ] && echo '${registry}' | sed 's|^|https://127.0.0.1:9/x|'`,
      );
      const refused = start();
      expect(refused.status).toBe(1);
      expect(refused.stderr).toContain('could not be fetched');
      program(join(path, 'npm'), 'echo undefined');
      expect(start().status).toBe(0);
    });

    it('is not kept where its digest is another', () => {
      const { start, registry, bun } = kit();
      const shelf = join(registry, '@oven/bun-linux-x64-baseline/-');
      writeFileSync(join(shelf, readdirSync(shelf)[0]!), 'forged');
      const done = start();
      expect(done.status).toBe(1);
      expect(done.stderr).toContain('SHA-512');
      expect(readdirSync(join(bun, '..'))).toEqual([]);
    });
  },
);
