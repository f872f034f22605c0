/** Flags of compilers tell which CUDA is taken; definitions among them may be secrets. */
import { describe, expect, it } from 'vitest';
import { keptFlags } from '../../../src/machine/snapshot/compiler-flags.ts';

const kept = (text: string): string => keptFlags(text, () => '?');

describe('keptFlags', () => {
  it.each([
    '-O3 -g -march=native -fPIC -Wall -std=c++17 -I/usr/local/cuda/include -L/opt/x -lcudart',
    '-gencode=arch=compute_70,code=sm_70 -gencode arch=compute_75,code=sm_75 --gpu-architecture=sm_70',
    '-Wl,-rpath,/usr/local/cuda/lib64 -ccbin g++-9 -DNDEBUG',
    '/usr/bin/g++-9',
  ])('keeps %s', (text) => {
    expect(kept(text)).toBe(text);
  });

  it.each([
    ['-DTOKEN=hunter2', '-DTOKEN=?'],
    ['-DURL="http://a:b@c/"', '-DURL=?'],
    ['--password=hunter2', '?'],
    ['-Wl,--secret=hunter2', '?'],
    ['key:hunter2', '?'],
  ])('replaces what else stands there: %s', (text, expected) => {
    expect(kept(text)).toBe(expected);
  });
});
