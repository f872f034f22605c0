/** `build` of a recipe that puts packages together: tensorflow-1.9, with small packages in place of the real ones. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installFake } from '../support/prefix.ts';
import { bundledProgram } from '../support/program.ts';
import { pythonHere, pythonIndex, type PythonIndex } from '../support/python-index.ts';
import { validatorFor } from '../support/schema.ts';
import { sharedTempDir, tempDir } from '../support/temp-dir.ts';

const here = pythonHere();
const program = bundledProgram();
const wheels = sharedTempDir();
let index: PythonIndex;

beforeAll(async () => {
  if (here !== null) index = await pythonIndex(here, wheels);
}, 120_000);

afterAll(async () => {
  if (here !== null) await index.close();
});

interface Answer {
  exitCode: number;
  json: Record<string, unknown> & { code?: string; hint?: string };
  stderr: string;
}

/** A home with a prefix of CUDA 9.0 and one of 10.0, and a recipe of the user's own under the built-in one's name. */
async function user(pin = '==1.9.0') {
  const dir = tempDir();
  const home = join(dir, 'home');
  await installFake(home, 'cuda9', { info: { cuda: '9.0.176', cudnn: '7.0.5.15' } });
  await installFake(home, 'cuda10');
  const recipe = join(dir, 'config/recipes/tensorflow-1.9');
  mkdirSync(recipe, { recursive: true });
  const builtIn = (name: string): string =>
    readFileSync(new URL(`../../recipes/tensorflow-1.9/${name}`, import.meta.url), 'utf8');
  for (const name of ['recipe.yaml', 'build.mjs']) writeFileSync(join(recipe, name), builtIn(name));
  const requirements = [{ package: 'fakeflow', pin }];
  writeFileSync(
    join(recipe, 'requirements.json'),
    JSON.stringify({ python: here?.version ?? '3', requirements }),
  );
  const bin = join(dir, 'bin');
  mkdirSync(bin);
  if (here !== null) symlinkSync(here.path, join(bin, `python${here.version}`));
  const env = {
    ...{ PATH: `${bin}:/usr/bin:/bin`, HOME: dir, GPU_SETUP_HOME: home },
    ...{ GPU_SETUP_CONFIG: join(dir, 'config'), GPU_SETUP_CACHE: join(dir, 'cache') },
  };
  const call = async (...words: string[]): Promise<Answer> => {
    const [runtime, script] = program;
    const answer = await promisify(execFile)(runtime, [script, ...words, '--json'], {
      env,
      timeout: 120_000,
    }).then(
      (done) => ({ ...done, exitCode: 0 }),
      (error: { code: number; stdout: string; stderr: string }) => ({ ...error, exitCode: error.code }),
    );
    const json = JSON.parse(answer.stdout) as Answer['json'];
    return { exitCode: answer.exitCode, json, stderr: answer.stderr };
  };
  /** Consent to the recipe as it is now. */
  const trust = async (): Promise<string[]> => {
    const { json } = await call('recipes');
    const list = json['recipes'] as { name: string; digest: string }[];
    return ['--trust-recipe', list.find(({ name }) => name === 'tensorflow-1.9')!.digest.slice(0, 12)];
  };
  return { home, call, trust };
}

describe('build tensorflow-1.9', () => {
  it('needs a prefix with the CUDA that it was built for, and says how to get one', async () => {
    const { call } = await user();
    const none = await call('build', 'tensorflow-1.9');
    expect([none.exitCode, none.json.code]).toEqual([2, 'no-prefix']);
    const other = await call('build', 'tensorflow-1.9', '--prefix', 'cuda10');
    expect([other.exitCode, other.json.code]).toEqual([1, 'prefix-wrong-cuda']);
    expect(other.json.hint).toMatch(/^gpu-setup install cuda@9\.0/);
  });

  it.skipIf(here === null)(
    'makes an environment in builds/, without compiler and GPU, and keeps it (needs python3 with venv)',
    { timeout: 180_000 },
    async () => {
      const { home, call, trust } = await user();
      const words = ['build', 'tensorflow-1.9', '--prefix', 'cuda9', '--index-url', index.url];
      expect((await call(...words)).json.code).toBe('recipe-not-trusted');
      const { exitCode, json, stderr } = await call(...words, ...(await trust()));
      expect(exitCode, stderr).toBe(0);
      const validate = validatorFor('build');
      expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
      expect(json).toMatchObject({
        status: 'built',
        path: join(home, 'builds/tensorflow-1.9-1'),
        source: { kind: 'packages', version: 'tensorflow-gpu 1.9.0' },
        prefix: { name: 'cuda9' },
        compiler: null,
      });
      const python = join(home, 'builds/tensorflow-1.9/python');
      const said = execFileSync(python, ['-c', 'import os, fakeflow; print(os.environ["LD_LIBRARY_PATH"])'], {
        encoding: 'utf8',
        env: {},
      });
      expect(realpathSync(said.trim())).toBe(realpathSync(join(home, 'prefixes/cuda9/lib64')));
      expect((await call(...words)).json).toMatchObject({ status: 'reused' });

      // What is built has no TensorFlow in it, and the smoke test says so on every rung that needs it.
      const smoke = await call('smoke', 'tensorflow-1.9');
      expect(smoke.exitCode).toBe(1);
      expect(smoke.json).toMatchObject({ overall: 'failed', required: ['libraries', 'inference'] });
      expect(JSON.stringify(smoke.json)).toMatch(/No module named|needs? a CPU with AVX/);
    },
  );

  it('smoke: is not run where nothing is built, and says what to do', async () => {
    const { call } = await user();
    const { exitCode, json } = await call('smoke', 'tensorflow-1.9');
    expect(exitCode).toBe(3);
    const validate = validatorFor('smoke');
    expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
    expect(json).toMatchObject({ overall: 'partial', reached: null });
    expect(JSON.stringify(json)).toContain('tensorflow-1.9 is not built in this home');
  });

  it.skipIf(here === null)(
    'leaves no half-made environment where the index lacks a package (needs python3 with venv)',
    { timeout: 180_000 },
    async () => {
      const { call, trust } = await user('==1.8.0');
      const words = ['build', 'tensorflow-1.9', '--prefix', 'cuda9', '--index-url', index.url];
      words.push(...(await trust()));
      const { exitCode, json } = await call(...words);
      expect([exitCode, json.code]).toEqual([1, 'package-missing']);
      expect(json.hint).toMatch(/--index-url/);
    },
  );
});
