import { describe, expect, it } from 'vitest';
import { applyEnvironment, changeEnvironment } from '../../../src/prefix/use/environment.ts';
import { enter, leave, UNDO_VARIABLE } from '../../../src/prefix/use/environment-undo.ts';

const HOME = '/home/u/with space/gpu-setup';
const prefix = (name: string, compiler = true) => ({
  root: `${HOME}/prefixes/${name}`,
  folders: ['bin', 'include', 'lib64'],
  compiler,
});

type Environment = Record<string, string>;

async function entered(env: Environment, name: string, compiler = true): Promise<Environment> {
  const change = await enter(env, async (before) =>
    changeEnvironment(prefix(name, compiler), before, [HOME]),
  );
  return applyEnvironment(env, change);
}

function left(env: Environment): Environment {
  return applyEnvironment(env, leave(env) ?? {});
}

const PLAIN: Environment = { PATH: '/usr/bin:/bin', HOME: '/home/u' };

describe('leaving a prefix', () => {
  it.each([
    ['nothing set', PLAIN],
    ['variables that are set and empty', { ...PLAIN, LD_LIBRARY_PATH: '', CPATH: '', CUDA_HOME: '' }],
    ['empty entries', { PATH: '/usr/bin::/bin:', LD_LIBRARY_PATH: ':/x' }],
    ['quotes and spaces', { PATH: `/a b/'":/bin`, CUDA_HOME: `it's "here" $(x)\n` }],
    ['another toolkit', { ...PLAIN, CUDA_HOME: '/usr/local/cuda', CUDACXX: '/usr/local/cuda/bin/nvcc' }],
    [
      'what an older gpu-setup set',
      { PATH: `${HOME}/prefixes/old/bin:/bin`, CUDA_HOME: `${HOME}/prefixes/old` },
    ],
  ])('gives back exactly what was there: %s', async (_, env) => {
    expect(left(await entered(env, 'cuda10'))).toEqual(env);
  });

  it('leads out of several at once, to what was there before the first', async () => {
    const env = { ...PLAIN, CUDACXX: '/usr/bin/nvcc' };
    const first = await entered(env, 'cuda9');
    const second = await entered(first, 'runtime', false);
    expect(second['CUDACXX']).toBe('/usr/bin/nvcc');
    expect(JSON.stringify(second)).not.toContain('cuda9');
    expect(left(await entered(second, 'cuda10'))).toEqual(env);
  });

  it('is the same when it is done twice, entering too', async () => {
    const once = await entered(PLAIN, 'cuda10');
    expect(await entered(once, 'cuda10')).toEqual(once);
    expect(leave(left(once))).toBeNull();
  });

  it.each([
    ['in front', (path: string) => `/venv/bin:${path}`, '/venv/bin:/usr/bin:/bin'],
    ['behind', (path: string) => `${path}:/late`, '/usr/bin:/bin:/late'],
    ['in the middle', (path: string) => path.replace('/usr/bin', '/mid:/usr/bin'), '/mid:/usr/bin:/bin'],
    ['by taking one away', (path: string) => path.replace(':/bin', ''), '/usr/bin'],
  ])('keeps what was changed since: %s', async (_, change, expected) => {
    const now = await entered(PLAIN, 'cuda10');
    now['PATH'] = change(now['PATH']!);
    now['CUDA_HOME'] = '/my/own';
    expect(left(now)).toEqual({ ...PLAIN, PATH: expected, CUDA_HOME: '/my/own' });
    // So does the next prefix.
    const next = await entered(now, 'cuda9');
    expect(next['PATH']).toBe(`${HOME}/prefixes/cuda9/bin:${expected}`);
    expect(left(next)).toEqual({ ...PLAIN, PATH: expected, CUDA_HOME: '/my/own' });
  });

  it('does not bring back what was taken away since', async () => {
    const now = await entered(PLAIN, 'cuda10');
    delete now['CPATH'];
    expect(left(now)).toEqual(PLAIN);
  });

  it.each([
    '{',
    '[]',
    '{"PATH":1}',
    '{"PATH":["/x",1]}',
    '{"LD_PRELOAD":[null,"/x"]}',
    '{"a;b":["1","2"]}',
    '7',
  ])('takes nothing that it did not write: %s', (text) => {
    expect(() => leave({ ...PLAIN, [UNDO_VARIABLE]: text })).toThrow(
      expect.objectContaining({ code: 'environment-unknown' }),
    );
  });
});
