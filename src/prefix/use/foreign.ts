/** Prefixes for machines of another architecture, and whether this one runs their programs all the same (qemu-user). */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hostArchitecture, isForeign } from '../../base/architecture.ts';
import { GpuSetupError } from '../../base/errors.ts';
import { escapeLine } from '../../base/escape.ts';
import { runProcess } from '../../base/processes/run-process.ts';
import { architectureNamed } from '../../compat/architectures.ts';
import { valueOf } from '../../machine/answer.ts';
import { liveMachine } from '../../machine/kinds/live.ts';
import { readPrefixRelease } from '../../machine/records/read-prefix-manifest.ts';
import type { PrefixPlace } from '../home/prefixes.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Programs of a toolkit that say their version and end, and what is in it. */
const TRIED: readonly (readonly [string, RegExp])[] = [
  ['libexec/nvcc', /release \d/],
  ['bin/ptxas', /release \d/],
  ['bin/cuobjdump', /release \d/],
];
/** An emulator is slow. */
const TIMEOUT_MS = 30_000;

/** Of a prefix for another machine, "arm64"; null: for this one, or its manifest does not say. @param path of the prefix */
export async function foreignArchitecture(path: string): Promise<string | null> {
  const architecture = valueOf(await readPrefixRelease(liveMachine(), path))?.architecture;
  return architecture !== undefined && isForeign(architecture) ? architecture : null;
}

/**
 * Refuses what would start programs of a prefix that cannot start here. One of them is tried: what is registered with the kernel
 * says little of whether their loader and libraries are there too.
 *
 * @param env in which they would run: it tells an emulator where to look
 * @throws GpuSetupError `prefix-other-architecture`
 */
export async function requireRunsHere({ name, path }: PrefixPlace, env: Environment): Promise<void> {
  const architecture = await foreignArchitecture(path);
  if (architecture === null) return;
  const why = await whyNot(path, architecture, env);
  if (why === null) return;
  throw new GpuSetupError(
    'prefix-other-architecture',
    `${name} is for ${architecture}, and this machine is ${hostArchitecture()}: ${why}`,
    {
      hint: [
        `in a root file system of ${architecture} (a container, a chroot under qemu-user) its programs run from ${path}`,
        `for a compiler that builds for ${architecture} from here, gpu-setup env ${name} prints where headers and libraries are`,
      ],
      details: { name, path, architecture, machine: hostArchitecture() },
    },
  );
}

/** Null: programs of this architecture start here. */
async function whyNot(path: string, architecture: string, env: Environment): Promise<string | null> {
  const { program, says } = await programToTry(path, architecture);
  if (program === null) return 'nothing in it can be tried, and programs of its kind may not start here';
  const { outcome, exit, stdout, stderr } = await runProcess([program, '--version'], {
    timeoutMs: TIMEOUT_MS,
    env: { ...env },
  });
  if (outcome === 'exited' && exit === 0 && says.test(stdout)) return null;
  if (outcome === 'timed-out') return `${program} did not answer in ${TIMEOUT_MS / 1000} seconds`;
  // A file that the kernel does not start is taken for a script by whoever starts it: what the shell says of it means nothing.
  const said = stderr.trim().split('\n').slice(0, 2).join(' ');
  return /loader|ld-linux|shared librar/i.test(said) && !said.startsWith(program)
    ? `${program} does not start (${escapeLine(said).slice(0, 200)})`
    : `its programs do not start here (tried: ${program})`;
}

/** Where the toolkit has no program, the loader that its libraries need is tried. */
async function programToTry(
  path: string,
  architecture: string,
): Promise<{ program: string | null; says: RegExp }> {
  for (const [name, says] of TRIED) {
    const program = join(path, name);
    if ((await stat(program).catch(() => null))?.isFile() === true) return { program, says };
  }
  return { program: architectureNamed(architecture)?.loader ?? null, says: /ld\.so/ };
}
