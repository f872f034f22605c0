/** Which host compiler a prefix's nvcc would take: its own script is asked, so that there is one answer only. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess } from '../../base/processes/run-process.ts';
import { foreignArchitecture } from './foreign.ts';

export type HostCompiler =
  | { state: 'found'; path: string }
  /** In the words that nvcc would print: what it accepts, what is here, how to get one that fits. */
  | { state: 'none'; why: string; hint: string | null }
  /** The prefix has no nvcc. */
  | { state: 'not-applicable' };

const TIMEOUT_MS = 10_000;

/** @param env whose PATH is searched */
export async function hostCompilerOf(
  prefix: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<HostCompiler> {
  const nvcc = join(prefix, 'bin/nvcc');
  if ((await stat(nvcc).catch(() => null)) === null) return { state: 'not-applicable' };
  const foreign = await foreignArchitecture(prefix);
  if (foreign !== null) return compilerElsewhere(prefix, foreign);
  const result = await runProcess([nvcc, '--gpu-setup-host-compiler'], {
    timeoutMs: TIMEOUT_MS,
    env: { NVCC_PREPEND_FLAGS: undefined, PATH: env['PATH'] },
  });
  const path = result.stdout.trim();
  if (result.exit === 0 && path !== '') return { state: 'found', path };
  return {
    state: 'none',
    why: /^error\[[^\]]*\]: (.*)$/m.exec(result.stderr)?.[1] ?? 'no C++ compiler was found',
    hint: /^hint: (.*)$/m.exec(result.stderr)?.[1] ?? null,
  };
}

/** What is on PATH here is no compiler for another machine. */
async function compilerElsewhere(prefix: string, architecture: string): Promise<HostCompiler> {
  const own = join(prefix, 'host/bin/g++');
  if ((await stat(own).catch(() => null)) !== null) return { state: 'found', path: own };
  return {
    state: 'none',
    why: `its nvcc looks for a g++ on the ${architecture} machine where it runs`,
    hint: '--with host-compiler brings one along',
  };
}

/** What the sysroot leaves out, and how a build that needs it is told. */
export const SYSROOT_NOTE =
  'compiles with headers and libraries of its own (host/sysroot: C, C++, OpenMP), not with those of this host; another library is named to it: -I its headers, and the library by its path or -L a folder that holds it alone, with -Wl,--allow-shlib-undefined where it was built for a newer C library';

/** Whether a compiler is the prefix's own, whose sysroot leaves out what this host has. */
export const isOwnCompiler = (prefix: string, compiler: string): boolean =>
  compiler.startsWith(join(prefix, 'host/'));
