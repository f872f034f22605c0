/**
 * Proofs on real input: a prefix of Debian's CUDA 11.8 climbs as far as a machine allows, our CUDA sources compile with it, and
 * a darknet from Debian's signed source package learns on the CPU. AlexeyAB's darknet, which is not in Debian, is tried where
 * GPU_SETUP_DARKNET_DIR names a copy of its source.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { validatorFor } from '../support/schema.ts';
import { gpuSetup, ROOT, run, sandbox, type Run } from './support.ts';
import { sharedTempDir } from '../support/temp-dir.ts';
import { hasPrograms } from '../support/has-programs.ts';

const os = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
/** Minutes of compiling and training: asked for by name. */
const isAskedFor = process.env['GPU_SETUP_SLOW'] === '1';
const able = isAskedFor && /^ID=debian$/m.test(os) && hasPrograms('apt-get', 'g++');
const gpu = existsSync('/dev/nvidia0');
const alexeyab = process.env['GPU_SETUP_DARKNET_DIR'];

interface Smoke {
  overall: string;
  reached: string | null;
  rungs: { rung: string; status: string; because: string | null; figures: Record<string, unknown> }[];
  kept: { curve: string } | null;
}

function smokeOf({ stdout }: Run): Smoke {
  const smoke = JSON.parse(stdout) as Smoke;
  const validate = validatorFor('smoke');
  expect(validate(smoke), JSON.stringify(validate.errors)).toBe(true);
  return smoke;
}

const figuresOf = (smoke: Smoke, rung: string): Record<string, unknown> =>
  smoke.rungs.find((one) => one.rung === rung)!.figures;

describe.skipIf(!able)(
  `smoke yolov4-nano${able ? '' : ' (slow: needs GPU_SETUP_SLOW=1, Debian and g++)'}`,
  () => {
    const where = sandbox(sharedTempDir());

    it("learns with pjreddie's darknet from Debian's source package, on the CPU", async () => {
      const built = await gpuSetup(['build', 'darknet', '--source', 'debian'], { env: where.env });
      expect(built.status, built.stderr).toBe(0);
      const result = await gpuSetup(['smoke', 'yolov4-nano', '--json'], { env: where.env });
      expect(result.status, result.stdout).toBe(0);
      const smoke = smokeOf(result);
      expect(smoke).toMatchObject({ overall: 'partial', reached: 'inference' });
      expect(figuresOf(smoke, 'training')).toMatchObject({ device: 'cpu', map50OfDarknet: null });
      expect(figuresOf(smoke, 'training')['map50']).toBeGreaterThanOrEqual(0.8);
      expect(figuresOf(smoke, 'inference')).toMatchObject({
        precision: 'fp32',
        target: { id: 'visionseed', met: true },
      });
      expect(readFileSync(smoke.kept!.curve, 'utf8')).toContain('</svg>');
    });

    it.skipIf(alexeyab === undefined)(
      "learns with AlexeyAB's darknet, whose own mAP is ours (needs GPU_SETUP_DARKNET_DIR)",
      async () => {
        const built = await gpuSetup(['build', 'darknet', '--source', alexeyab!], { env: where.env });
        expect(built.status, built.stderr).toBe(0);
        const result = await gpuSetup(['smoke', 'yolov4-nano', '--json'], { env: where.env });
        expect(result.status, result.stdout).toBe(0);
        const { map50, map50OfDarknet } = figuresOf(smokeOf(result), 'training') as Record<string, number>;
        expect(map50).toBeGreaterThanOrEqual(0.8);
        expect(Math.abs(map50! - map50OfDarknet!)).toBeLessThan(0.02);
      },
    );
  },
);

const withCompiler = able && hasPrograms('g++-11');
describe.skipIf(!withCompiler)(
  `smoke of a prefix${withCompiler ? '' : ' (slow: needs GPU_SETUP_SLOW=1, Debian and g++-11)'}`,
  () => {
    const where = sandbox(sharedTempDir());
    beforeAll(async () => {
      const installed = await gpuSetup(
        ['install', 'cuda11', '--source', 'debian-bookworm', '--accept-license', '--json'],
        { env: where.env },
      );
      expect(installed.status, installed.stderr + installed.stdout).toBe(0);
    });

    it('loads, compiles, and says the versions that it links, without a driver', async () => {
      const result = await gpuSetup(['smoke', 'cuda11', '--upto', 'runtime', '--json'], { env: where.env });
      expect(result.status, result.stdout).toBe(0);
      const smoke = smokeOf(result);
      expect(smoke).toMatchObject({ overall: 'passed', reached: 'runtime' });
      expect(figuresOf(smoke, 'loader')).toMatchObject({ missing: [], tooNew: [], unreadable: [] });
      expect(figuresOf(smoke, 'runtime')).toMatchObject({
        cudart: { header: 11080 },
        cublas: { linked: expect.stringMatching(/^11\./) as string },
        nvrtc: { linked: '11.8' },
      });
    });

    it.skipIf(gpu)('ends with 3 without a GPU, and says why (no GPU here)', async () => {
      const result = await gpuSetup(['smoke', 'cuda11', '--json'], { env: where.env });
      expect(result.status).toBe(3);
      const smoke = smokeOf(result);
      expect(smoke.overall).toBe('partial');
      expect(smoke.rungs.find(({ rung }) => rung === 'device')).toMatchObject({
        status: 'not-run',
        because: 'there is no NVIDIA GPU here',
      });
    });

    // Real cuDNN cannot be had from Debian: its declarations are our own, and nothing is linked.
    it.each([7, 8, 9])('compiles the convolution of cuDNN %i', async (major) => {
      const nvcc = [
        ...['nvcc', '-std=c++11', `-DCUDNN_MAJOR=${major}`, `-I${join(ROOT, 'test/support/cudnn')}`],
        ...['-c', '-o', 'cudnn.o', join(ROOT, 'src/smoke/cuda/cudnn.cu')],
      ];
      const compiled = await gpuSetup(['run', 'cuda11', '--', ...nvcc], {
        env: where.env,
        cwd: where.folder,
      });
      expect(compiled.status, compiled.stderr).toBe(0);
    });

    it.skipIf(!existsSync('/usr/local/cuda-13.0/bin/nvcc'))(
      'compiles what needs no library of mathematics with CUDA 13.0 (needs /usr/local/cuda-13.0)',
      async () => {
        for (const name of ['versions', 'device', 'kernel']) {
          const argv = [
            '/usr/local/cuda-13.0/bin/nvcc',
            '-std=c++11',
            '-o',
            name,
            join(ROOT, `src/smoke/cuda/${name}.cu`),
          ];
          const compiled = await run(argv, { env: where.env, cwd: where.folder });
          expect(compiled.status, compiled.stderr).toBe(0);
        }
      },
    );
  },
);
