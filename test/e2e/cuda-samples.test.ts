/**
 * NVIDIA's cuda-samples of v11.8 against a prefix of CUDA 11.8 from Debian: every one that needs no static library and is
 * for this platform is built. The samples are NVIDIA's and not part of this project: their folder is named by a variable.
 */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasPrograms } from '../support/has-programs.ts';
import { sharedTempDir } from '../support/temp-dir.ts';
import { gpuSetup, run, sandbox, type Run } from './support.ts';

const SAMPLES = process.env['GPU_SETUP_CUDA_SAMPLES'];
const able = SAMPLES !== undefined && process.getuid?.() === 0 && hasPrograms('apt-get', 'make', 'g++-11');
const because = able
  ? ''
  : ' (slow: needs GPU_SETUP_CUDA_SAMPLES=FOLDER of v11.8, root, apt, make, g++-11; what is drawn needs freeglut3-dev)';

/** One architecture is enough: an older one lacks what some samples use, a newer one has what none of them is about. */
const FLAGS = ['SMS=80', 'HOST_COMPILER=g++-11', 'GLPATH=/usr/lib/x86_64-linux-gnu'];

type Fate = 'built' | 'waived' | 'static' | 'failed';

/** A sample that is for another platform, or lacks a library of the host, says so itself and prints what it would do. */
function fateOf(made: Run, program: string): Fate {
  const said = made.stdout + made.stderr;
  if (made.status === 0 && existsSync(program)) return 'built';
  if (/cannot find -l(?:\w+_static|culibos)/.test(said)) return 'static';
  return made.status === 0 && /^>>> WARNING|>>> Waiving build|^\[@\]/m.test(said) ? 'waived' : 'failed';
}

describe.skipIf(!able)(`cuda-samples v11.8${because}`, () => {
  const where = sandbox(sharedTempDir());
  const cache = process.env['GPU_SETUP_RELEASES_CACHE'];
  if (cache !== undefined) where.env['GPU_SETUP_CACHE'] = cache;

  it('are built, all that need no static library', { timeout: 7_200_000 }, async () => {
    const installed = await gpuSetup(
      ['install', 'cuda@11.8', '--source', 'debian-bookworm', '--name', 'p', '--accept-license', '--json'],
      { env: where.env },
    );
    expect(installed.status, installed.stderr + installed.stdout).toBe(0);
    const copied = await run(['cp', '-r', SAMPLES!, join(where.folder, 'samples')], { env: where.env });
    expect(copied.status, copied.stderr).toBe(0);

    const root = join(where.folder, 'samples/Samples');
    const fates = new Map<Fate, string[]>();
    for (const group of readdirSync(root)) {
      for (const sample of readdirSync(join(root, group))) {
        const folder = join(root, group, sample);
        if (!existsSync(join(folder, 'Makefile'))) continue;
        const cuda = `CUDA_PATH=${join(where.env['GPU_SETUP_HOME']!, 'prefixes/p')}`;
        const made = await gpuSetup(['run', 'p', '--', 'make', '-C', folder, cuda, ...FLAGS], {
          env: where.env,
        });
        const fate = fateOf(made, join(folder, basename(folder)));
        fates.set(fate, [...(fates.get(fate) ?? []), sample]);
      }
    }
    for (const [fate, samples] of fates) console.info(`${fate} (${samples.length}): ${samples.join(' ')}`);
    expect(fates.get('failed') ?? []).toEqual([]);
    // Those that only compute: on a host without OpenGL what is drawn is waived.
    expect(fates.get('built')!.length).toBeGreaterThanOrEqual(120);
  });
});
