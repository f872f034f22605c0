/**
 * Real darknets, compiled by the real thing: Debian's signed source package for the CPU and against Debian's CUDA 11.8, and
 * AlexeyAB's where a copy of it is at hand. Needs the mirror that this host's apt uses, make, a compiler, some gigabytes.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { validatorFor } from '../support/schema.ts';
import { gpuSetup, run, sandbox, type Run } from './support.ts';
import { sharedTempDir } from '../support/temp-dir.ts';
import { hasPrograms } from '../support/has-programs.ts';

const os = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
/** Minutes of compiling and training: asked for by name. */
const isAskedFor = process.env['GPU_SETUP_SLOW'] === '1';
const able = isAskedFor && /^ID=debian$/m.test(os) && hasPrograms('apt-get', 'make', 'gcc', 'g++');
const alexeyAb = process.env['GPU_SETUP_DARKNET_DIR'];

interface Built {
  status: string;
  program: { path: string };
  source: { kind: string; version: string };
  gpu: { machineCode: string[]; ptx: string[] };
  libraries: { soname: string; path: string | null; from: string }[];
  details: { features: { gpu: boolean; cudnnHalf: boolean } };
}

describe.skipIf(!able)(
  `build darknet${able ? '' : ' (slow: needs GPU_SETUP_SLOW=1, Debian, make and a compiler)'}`,
  () => {
    const where = sandbox(sharedTempDir());

    async function build(...args: string[]): Promise<Built> {
      const built: Run = await gpuSetup(['build', 'darknet', ...args, '--json'], { env: where.env });
      expect(built.status, built.stdout + built.stderr).toBe(0);
      const document = JSON.parse(built.stdout) as Built;
      const valid = validatorFor('build');
      expect(valid(document), JSON.stringify(valid.errors)).toBe(true);
      return document;
    }

    /** What ldd finds, without any environment. */
    async function librariesOf(program: string): Promise<Map<string, string>> {
      const { stdout } = await run(['ldd', program], { env: { PATH: '/usr/bin:/bin' } });
      return new Map(
        [...stdout.matchAll(/^\s*(\S+) => (\S.*?)(?: \(0x[0-9a-f]+\))?$/gm)].map((m) => [m[1]!, m[2]!]),
      );
    }

    it("builds Debian's for the CPU, and the same request again is there already", async () => {
      const built = await build('--source', 'debian');
      expect(built).toMatchObject({ status: 'built', source: { kind: 'debian' }, gpu: { machineCode: [] } });
      const usage = await run([built.program.path], { env: {} });
      expect(usage.stderr).toContain('usage:');
      expect((await build('--source', 'debian')).status).toBe('reused');
    });

    describe.skipIf(!hasPrograms('g++-11'))(
      `against CUDA 11.8${hasPrograms('g++-11') ? '' : ' (needs g++-11)'}`,
      () => {
        beforeAll(async () => {
          const installed = await gpuSetup(
            ['install', 'cuda11', '--source', 'debian-bookworm', '--accept-license', '--json'],
            { env: where.env },
          );
          expect(installed.status, installed.stderr + installed.stdout).toBe(0);
        });

        /** Judged by other programs than ours: ldd, and the toolkit's own cuobjdump. */
        async function check(built: Built, architectures: readonly string[]): Promise<void> {
          const prefix = join(where.env['GPU_SETUP_HOME']!, 'prefixes/cuda11');
          const libraries = await librariesOf(built.program.path);
          const cuda = [...libraries].filter(([name]) =>
            /^lib(?:cudart|cublas|cublasLt|curand)\.so/.test(name),
          );
          expect(cuda.length).toBeGreaterThanOrEqual(3);
          for (const [name, path] of cuda) expect(path, name).toBe(join(prefix, 'lib64', name));
          const lost = [...libraries].filter(([, path]) => path === 'not found').map(([name]) => name);
          expect(lost.filter((name) => name !== 'libcuda.so.1')).toEqual([]);
          const dump = await run(
            [join(prefix, 'bin/cuobjdump'), '--list-elf', '--list-ptx', built.program.path],
            {
              env: where.env,
            },
          );
          const held = (kind: string): string[] =>
            [
              ...new Set(
                [...dump.stdout.matchAll(new RegExp(`\\.sm_(\\d+)\\.${kind}`, 'g'))].map((m) => m[1]!),
              ),
            ].sort();
          expect(held('cubin')).toEqual(architectures);
          expect(held('ptx')).toEqual(architectures);
          expect(built.gpu.machineCode.map((one) => one.replace('.', '')).sort()).toEqual(architectures);
        }

        it.each([
          ['sm_75', ['75']],
          ['GTX 1080,8.6', ['61', '86']],
        ])(
          "builds Debian's for %s: code for it alone, every CUDA library from the prefix",
          async (gpu, architectures) => {
            await check(
              await build('--source', 'debian', '--prefix', 'cuda11', '--assume-gpu', gpu),
              architectures,
            );
          },
        );

        it('refuses an architecture that CUDA 11.8 dropped before it compiles anything, and names a CUDA that has it', async () => {
          const args = ['--source', 'debian', '--prefix', 'cuda11', '--assume-gpu', 'sm_30', '--json'];
          const built = await gpuSetup(['build', 'darknet', ...args], { env: where.env });
          expect(built.status).toBe(1);
          expect(JSON.parse(built.stdout)).toMatchObject({
            schema: 'gpu-setup/error@1',
            code: 'gpu-unknown-to-toolkit',
            hint: expect.stringContaining('cuda@10.2') as string,
            details: { prefix: 'cuda11', computeCapability: '3.0' },
          });
        });

        it.skipIf(alexeyAb === undefined)(
          `builds AlexeyAB's${alexeyAb === undefined ? ' (GPU_SETUP_DARKNET_DIR names no copy)' : ''}`,
          async () => {
            await check(await build('--source', alexeyAb!, '--prefix', 'cuda11', '--assume-gpu', 'sm_75'), [
              '75',
            ]);
          },
        );
      },
    );
  },
);
