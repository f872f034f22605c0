/**
 * What src/smoke/cuda/*.cu calculate, tried on the CPU: a header of our own stands in for CUDA, and launches become loops. That
 * they compile with real nvccs is smoke.test.ts; that they run on GPUs, scripts/gpu-check.sh.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sharedTempDir } from '../support/temp-dir.ts';

const SOURCES = fileURLToPath(new URL('../../src/smoke/cuda/', import.meta.url));
const SUPPORT = fileURLToPath(new URL('../support/', import.meta.url));

/** std::barrier and _Float16. */
const able = spawnSync('g++', ['-dumpversion'], { encoding: 'utf8' }).stdout?.match(/^\d+/)?.[0] ?? '0';
const because = Number(able) >= 12 ? '' : ' (needs g++ 12 or newer)';

/** `kernel<<<grid, block>>>(arguments);` becomes a loop, or threads for a kernel that waits for the others of its block. */
function onCpu(source: string): string {
  const waiting = new Set(
    source
      .split('__global__ void ')
      .slice(1)
      .filter((text) => text.split('__global__')[0]!.includes('__syncthreads'))
      .map((text) => /^\w+/.exec(text)![0]),
  );
  return source.replace(
    /(\w+)<<<(.+?), (\d+)>>>\((.*?)\);/g,
    (_, kernel: string, grid: string, block: string, args: string) =>
      `${waiting.has(kernel) ? 'launchTogether' : 'launch'}(${grid}, ${block}, [&] { ${kernel}(${args}); });`,
  );
}

describe.skipIf(because !== '')(`src/smoke/cuda on the CPU${because}`, () => {
  const folder = sharedTempDir();

  const run = (
    name: string,
    change: (source: string) => string = (text) => text,
    more: readonly string[] = [],
  ) => {
    const file = join(folder, `${name}.cpp`);
    writeFileSync(file, onCpu(change(readFileSync(join(SOURCES, `${name}.cu`), 'utf8'))));
    const includes = ['cuda-on-cpu/include', 'cudnn'].map((part) => `-I${join(SUPPORT, part)}`);
    const flags = ['-std=c++20', '-O2', '-pthread', ...includes, `-I${SOURCES}`];
    execFileSync('g++', [...flags, '-o', join(folder, name), file, ...more], { stdio: 'pipe' });
    const { stdout, status } = spawnSync(join(folder, name), { encoding: 'utf8' });
    return { status, figures: JSON.parse(stdout) as Record<string, never> };
  };

  it('device: properties as one line of JSON, whatever the name holds', () => {
    const { status, figures } = run('device');
    expect(status).toBe(0);
    expect(figures).toMatchObject({
      devices: [{ name: 'CPU imitation', computeCapability: '7.5', freeBytes: 5e9 }],
    });
  });

  it('kernel: every number right, and one wrong number found', () => {
    expect(run('kernel')).toMatchObject({ status: 0, figures: { numbers: 1 << 22, wrong: 0 } });
    const broken = (source: string): string =>
      source.replace('integers[at] = value;', 'integers[at] = at == 77 ? value ^ 1 : value;');
    expect(run('kernel', broken)).toMatchObject({ status: 1, figures: { wrong: 1, firstWrong: 77 } });
  });

  it('cublas: FP32 sums lie within the tolerances, a product that is off by a thousandth does not', () => {
    const { status, figures } = run('cublas');
    expect(status).toBe(0);
    expect(figures).toMatchObject({ sgemm: { tolerance: 1 }, hgemm: { tolerance: 2 } });
    const broken = (source: string): string =>
      source.replace('const float one = 1.0f;', 'const float one = 1.001f;');
    expect(run('cublas', broken).status).toBe(1);
  });

  it('step: the gradient is that of the loss, and the loss falls to less than half; not with a wrong gradient', () => {
    const { status, figures } = run('step');
    expect(figures).toMatchObject({ steps: 200, tolerance: 0.05 });
    expect(status, JSON.stringify(figures)).toBe(0);
    const broken = (source: string): string => source.replace(' - normal[place] * products[0] / count', '');
    expect(run('step', broken).status).toBe(1);
  });

  it('cudnn: forward and both gradients agree with another way to calculate them; not with a wrong one', () => {
    const library = [join(SUPPORT, 'cuda-on-cpu/cudnn.cpp')];
    expect(run('cudnn', undefined, library).status).toBe(0);
    const broken = (source: string): string => source.replace('PAD = 1', 'PAD = 0');
    // The CPU's side and the shapes then do not fit each other.
    expect(run('cudnn', (text) => broken(text).replace(/PAD, PAD, 1, 1/, '1, 1, 1, 1'), library).status).toBe(
      1,
    );
  });
});
