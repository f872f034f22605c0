/** recipes/tensorflow-1.9/build.mjs with this machine's Python, against a package index of two small wheels on loopback. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { $ } from 'zx/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoteForSh } from '../../../src/recipe/scripts/child.ts';
import { pythonHere, pythonIndex, type PythonIndex } from '../../support/python-index.ts';
import { sharedTempDir, tempDir } from '../../support/temp-dir.ts';
// @ts-expect-error plain JavaScript, as recipes are
import buildScript from '../../../recipes/tensorflow-1.9/build.mjs';

const RECIPE = fileURLToPath(new URL('../../../recipes/tensorflow-1.9/', import.meta.url));
const build = buildScript as (
  ctx: object,
) => Promise<{ program: string; python: string; packages: string[] }>;

const here = pythonHere();

const wheels = sharedTempDir();
let index: PythonIndex;
beforeAll(async () => {
  if (here !== null) index = await pythonIndex(here, wheels);
});
afterAll(async () => {
  if (here !== null) await index.close();
});

class Refusal extends Error {
  readonly code: string;
  readonly hint: string;
  constructor(code: string, message: string, hint = '') {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

interface Change {
  python?: string;
  requirements?: { package: string; pin: string }[];
  indexUrl?: string;
  path?: string;
}

/** What a script is given; of the recipe, the requirements are small ones that the index has. */
function contextOf(change: Change = {}) {
  const dir = tempDir();
  const folder = (name: string): string => {
    mkdirSync(join(dir, name));
    return join(dir, name);
  };
  const recipe = folder('recipe');
  const requirements = change.requirements ?? [
    { package: 'fakeflow', pin: '==1.9.0' },
    { package: 'fakenum', pin: '>=1.13.3,<1.17' },
  ];
  writeFileSync(
    join(recipe, 'requirements.json'),
    JSON.stringify({ python: change.python ?? here?.version, requirements }),
  );
  const bin = folder('bin');
  if (here !== null) symlinkSync(here.path, join(bin, `python${here.version}`));
  const environment = { PATH: change.path ?? `${bin}:/usr/bin:/bin`, HOME: folder('home'), LC_ALL: 'C' };
  const work = folder('work');
  const ctx = {
    $: $({
      cwd: work,
      env: environment,
      shell: '/bin/sh',
      prefix: 'set -eu; ',
      quote: quoteForSh,
      verbose: false,
    }),
    prefix: { name: 'cuda9', path: join(dir, "a prefix's folder"), cuda: '9.0.176', cudnn: '7.0.5.15' },
    environment,
    paths: { work, out: folder('out'), recipe },
    options: { indexUrl: change.indexUrl ?? index.url },
    log: () => {},
    fail: (code: string, message: string, hint?: string): never => {
      throw new Refusal(code, message, hint);
    },
  };
  return { dir, ctx };
}

async function refused(change: Change): Promise<Refusal> {
  const error: unknown = await build(contextOf(change).ctx).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Refusal);
  return error as Refusal;
}

describe.skipIf(here === null)('recipes/tensorflow-1.9/build.mjs (needs python3 with venv)', () => {
  it(
    'makes an environment of the pinned versions that works after it was moved',
    { timeout: 120_000 },
    async () => {
      const { dir, ctx } = contextOf();
      const result = await build(ctx);
      expect(result.packages).toEqual(expect.arrayContaining(['fakeflow==1.9.0', 'fakenum==1.16.4']));
      expect(result.python.startsWith(`${here!.version}.`)).toBe(true);
      expect(index.asked).toContain('/simple/fakeflow/');

      const moved = join(dir, 'moved here');
      renameSync(join(dir, 'out'), moved);
      const run = (program: string, ...args: string[]): string =>
        execFileSync(join(moved, program), args, { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } }).trim();
      const code = 'import os, fakenum; print(os.environ["LD_LIBRARY_PATH"]); print(fakenum.__file__)';
      const [libraries, file] = run(result.program, '-c', code).split('\n');
      expect(libraries).toBe(`${dir}/a prefix's folder/lib64`);
      expect(file!.startsWith(`${moved}/venv/lib`)).toBe(true);
      expect(run('venv/bin/say-fakeflow')).toBe('I am fakeflow 1.9.0');
      // Nothing that would lead back to where it was made.
      expect(readdirSync(join(moved, 'venv/bin')).filter((name) => name.startsWith('activate'))).toEqual([]);
    },
  );

  it('says what the index lacks', { timeout: 120_000 }, async () => {
    const { code, message } = await refused({ requirements: [{ package: 'fakeflow', pin: '==1.8.0' }] });
    expect([code, message]).toEqual([
      'package-missing',
      'the package index has no fakeflow==1.8.0 for this Python and machine',
    ]);
  });

  it('says that no index is reached, and how to name another', { timeout: 120_000 }, async () => {
    // Nobody listens on port 9 (discard).
    const { code, hint } = await refused({ indexUrl: 'http://127.0.0.1:9/simple/' });
    expect([code, hint.includes('--index-url')]).toEqual(['index-unreachable', true]);
  });

  it('says where to get a Python that is not here', async () => {
    const { code, message, hint } = await refused({ python: '3.2' });
    expect([code, message]).toEqual(['python-missing', 'there is no Python 3.2 here']);
    expect(hint).toMatch(/conda create|apt install/);
  });

  it('passes over programs of the name that are not it, as shims of version managers', async () => {
    const folder = tempDir();
    writeFileSync(join(folder, 'python3.2'), '#!/bin/sh\necho "command not found" >&2\nexit 127\n', {
      mode: 0o755,
    });
    expect((await refused({ python: '3.2', path: `${folder}:/usr/bin:/bin` })).code).toBe('python-missing');
    writeFileSync(
      join(folder, 'python3.2'),
      '#!/bin/sh\necho 3.2.6\necho "no module named venv" >&2\nexit 1\n',
    );
    const { code, hint } = await refused({ python: '3.2', path: `${folder}:/usr/bin:/bin` });
    expect([code, hint]).toEqual(['python-without-venv', 'sudo apt install python3.2-venv']);
  });
});

describe('recipes/tensorflow-1.9/requirements.json', () => {
  it('names version, reason and source of every package', () => {
    const { python, requirements } = JSON.parse(readFileSync(join(RECIPE, 'requirements.json'), 'utf8')) as {
      python: string;
      requirements: Record<string, string>[];
    };
    expect(python).toBe('3.6');
    expect(requirements.map((one) => `${one['package']}${one['pin']}`)).toContain('tensorflow-gpu==1.9.0');
    for (const one of requirements) {
      expect(Object.keys(one), one['package']).toEqual(['package', 'pin', 'why', 'source', 'confidence']);
    }
  });
});
