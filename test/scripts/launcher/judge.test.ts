/** ./gpu-setup starts nothing that others could have changed, and says which path, why, and what mends it. */
import {
  chmodSync,
  chownSync,
  lchownSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeClone, launch } from '../../support/fake-clone.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { tempDir } from '../../support/temp-dir.ts';

const isRoot = process.getuid?.() === 0;
const SHELLS = [['dash'], ['bash'], ['busybox', 'sh']].filter(([program]) => hasPrograms(program!));

/** A folder that others may pass through, with a clone in it. */
function clone(name = 'clone'): string {
  const folder = tempDir();
  chmodSync(folder, 0o755);
  return fakeClone(join(folder, name));
}

/** Gives the clone and the folder above it to a user. */
function give(path: string, uid: number, gid: number): void {
  lchownSync(dirname(path), uid, gid);
  lchownSync(path, uid, gid);
  for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(path, name), uid, gid);
  }
}

/** A user, not root, whose group bears the same name and holds nobody else. */
function userWithPrivateGroup(): { name: string; uid: number; gid: number } | undefined {
  const table = (path: string): string[][] =>
    readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => line.split(':'));
  const users = table('/etc/passwd');
  return users
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .find(
      ({ name, uid, gid }) =>
        name !== '' &&
        uid !== 0 &&
        gid !== 0 &&
        users.filter((row) => row[3] === String(gid)).length === 1 &&
        table('/etc/group').some((row) => row[0] === name && row[2] === String(gid) && row[3] === ''),
    );
}

const others = userWithPrivateGroup();

describe('what the launcher runs', () => {
  it.each(SHELLS)(
    'is started in its own folder, and told the caller’s and what was typed, by %s',
    (...shell) => {
      const path = clone('a clone');
      const done = launch(path, { shell, args: ['list', 'a b'], cwd: dirname(path) });
      expect(done.stderr).toBe('');
      expect(JSON.parse(done.stdout)).toEqual({
        args: ['list', 'a b'],
        cwd: join(path, 'dist'),
        caller: dirname(path),
        typed: join(path, 'gpu-setup'),
      });
    },
  );

  describe.each(SHELLS)('that everybody may write to, found by %s', (...shell) => {
    it.each([
      ['.', 'chmod -R go-w'],
      ['..', 'chmod go-w'],
      ['gpu-setup', 'chmod -R go-w'],
      ['package.json', 'chmod -R go-w'],
      ['dist', 'rm -r'],
      ['dist/main.js', 'rm -r'],
      ['dist/chunks', 'rm -r'],
      ['dist/chunks/part.js', 'rm -r'],
    ])('%s', (name, mend) => {
      const path = clone();
      const target = join(path, name);
      chmodSync(target, 0o777);
      const done = launch(path, { shell });
      expect(done).toMatchObject({ status: 1, stdout: '' });
      expect(done.stderr).toContain(`error[launcher-unsafe]: ${target} may be written to by everybody`);
      expect(done.stderr).toMatch(new RegExp(`^hint: ${mend} /`, 'm'));
      chmodSync(target, 0o755);
      expect(launch(path, { shell }).status).toBe(0);
    });
  });

  it('is refused before it is built from, and nothing of it is run', () => {
    const path = clone();
    chmodSync(join(path, 'src/main.ts'), 0o666);
    renameSync(join(path, 'dist'), join(path, 'was'));
    const done = launch(path);
    expect(done.status).toBe(1);
    expect(done.stderr).toContain(`error[launcher-unsafe]: ${join(path, 'src/main.ts')} may be written to`);
    expect(readdirSync(path)).not.toContain('node_modules');
  });

  it('is refused where its parts are links', () => {
    const path = clone();
    symlinkSync('/etc/hostname', join(path, 'dist/chunks/link.js'));
    expect(launch(path).stderr).toContain('link.js is a link');
  });

  it.skipIf(!isRoot)(
    'may hold a sticky folder of root’s: what lies in it is judged by itself (needs root)',
    () => {
      const path = clone();
      chmodSync(join(path, 'dist/chunks'), 0o1777);
      expect(launch(path).status).toBe(0);
      chmodSync(join(path, 'dist/chunks/part.js'), 0o666);
      expect(launch(path).stderr).toContain('part.js may be written to by everybody');
    },
  );

  it('is fine below a sticky folder of root’s, and through a link on PATH', () => {
    const path = clone();
    const bin = join(dirname(path), 'bin');
    symlinkSync(path, bin);
    expect(launch(bin).status).toBe(0);
  });

  it('is refused in one JSON document with --json, whatever the path holds', () => {
    const path = clone('a "\\\nhint: run: rm');
    chmodSync(join(path, 'dist'), 0o777);
    const done = launch(path, { args: ['list', '--json'] });
    expect(done.stderr).toBe('');
    expect(JSON.parse(done.stdout)).toMatchObject({
      schema: 'gpu-setup/error@1',
      code: 'launcher-unsafe',
      message: expect.stringContaining('a "\\?hint: run: rm/dist may be written to by everybody') as string,
      retryable: false,
      cause: null,
    });
    expect(launch(path).stderr.match(/^hint/gm)).toHaveLength(1);
    expect(launch(path, { args: ['run', 'x', '--', 'y', '--json'] }).stdout).toBe('');
  });

  describe.skipIf(!isRoot || others === undefined)(
    'for several users (needs root, and a user with a private group)',
    () => {
      const user = others!;
      const nobody = { uid: 65_534, gid: 65_534 };

      it.each(SHELLS)('may belong to the caller, group-writable by nobody but him: %s', (...shell) => {
        const path = clone();
        give(path, user.uid, user.gid);
        for (const name of ['.', 'dist', 'dist/main.js', 'dist/chunks', 'gpu-setup']) {
          chmodSync(join(path, name), 0o775);
        }
        expect(launch(path, { shell, user })).toMatchObject({ status: 0, stderr: '' });
      });

      it('may not be writable by a group that holds others', () => {
        const path = clone();
        give(path, nobody.uid, user.gid);
        chmodSync(join(path, 'dist/main.js'), 0o775);
        const done = launch(path, { user: { ...nobody, gid: user.gid } });
        expect(done.stderr).toContain(`dist/main.js may be written to by its group (gid ${user.gid})`);
      });

      it('may belong to root, and not to a third', () => {
        const path = clone();
        expect(launch(path, { user: nobody }).status).toBe(0);
        chownSync(join(path, 'dist/main.js'), user.uid, user.gid);
        const done = launch(path, { user: nobody });
        expect(done.status).toBe(1);
        expect(done.stderr).toContain(`dist/main.js belongs to another user (uid ${user.uid})`);
      });

      it('is not run by root where it belongs to a user, but by root through that user’s sudo', () => {
        const path = clone();
        give(path, user.uid, user.gid);
        const done = launch(path);
        expect(done.stderr).toContain(`${dirname(path)} belongs to another user (uid ${user.uid})`);
        expect(done.stderr).toContain(`su ${user.name}`);
        chownSync(dirname(path), 0, 0);
        expect(launch(path).stderr).toContain(`hint: chown -R root: ${path}`);
        expect(launch(path, { env: { SUDO_UID: String(user.uid) } })).toMatchObject({
          status: 0,
          stderr: '',
        });
        expect(launch(path, { env: { SUDO_UID: String(nobody.uid) } }).status).toBe(1);
        expect(launch(path, { user: nobody, env: { SUDO_UID: String(user.uid) } }).status).toBe(1);
      });
    },
  );
});
