/** Which file a program gets for a library or program of CUDA's, of all that are here, and by which rule. */
import { sonameStems } from '../../compat/sonames.ts';
import { valueOf, type Answer } from '../answer.ts';
import { lookupsOf } from '../facts/lookups.ts';
import { asSeenBy, probeProcess } from '../facts/process/process.ts';
import { findNvcc } from '../facts/toolkit/nvcc.ts';
import { probePrefixes } from '../facts/toolkit/prefixes.ts';
import { programFolders } from '../facts/toolkit/search-paths.ts';
import { probeToolkits } from '../facts/toolkit/toolkits.ts';
import { loaderFolders, type LoaderOptions } from '../loader.ts';
import type { ProcessFacts } from '../facts.ts';
import type { Machine } from '../machine.ts';
import { joinPath } from '../paths.ts';
import { whichLibraries } from './libraries.ts';
import { whichProgram } from './programs.ts';
import type { Searched, WhichResult } from './types.ts';

export interface Which {
  results: readonly WhichResult[];
  /** In the order of the search; what is not known of it stands in the notes of the results. */
  searched: { libraries: readonly Searched[]; programs: readonly Searched[] };
  /** The process whose environment and search path counts; null: none was named. */
  process: Answer<ProcessFacts> | null;
  /** Whether what was looked for was named, and not merely the usual. */
  asked: boolean;
}

/** What people ask for first. */
const USUAL = ['libcuda', 'libnvidia-ml', 'libcudart', 'libcublas', 'libcudnn', 'nvcc', 'nvidia-smi'];

export interface Asked {
  /** "libcudart.so.12", "libcudnn", "cublas", "nvcc"; empty: the usual. */
  names: readonly string[];
  /** The program or library that asks, whose own search path counts. */
  binary?: string | undefined;
  pid?: number | undefined;
}

export async function which(given: Machine, { names, binary, pid }: Asked): Promise<Which> {
  const process = pid === undefined ? null : await probeProcess(given, pid);
  const seen = process === null ? undefined : valueOf(process);
  const look = lookupsOf(seen === undefined ? given : await asSeenBy(given, seen.pid));
  const { machine } = look;
  const who = binary ?? seen?.program ?? undefined;
  const options: LoaderOptions = {
    architecture: valueOf(await look.architecture()) === 'aarch64' ? 'aarch64' : 'x86-64',
    ...(who === undefined ? {} : { binary: who }),
  };
  const toolkits = await probeToolkits(machine, await findNvcc(machine), await probePrefixes(machine));
  const folders = (valueOf(toolkits) ?? [])
    .filter(({ path }) => path !== '/')
    .flatMap(({ path }) => ['lib64', 'lib', 'lib64/stubs'].map((folder) => joinPath(path, folder)));
  const results: WhichResult[] = [];
  for (const name of names.length > 0 ? names : USUAL) {
    const library = libraryNamed(name);
    if (library === null) results.push(await whichProgram(machine, name));
    else results.push(...(await whichLibraries(machine, library, options, folders)));
  }
  return {
    results: results.map((one) => ({ ...one, loaded: loadedAs(one, seen) })),
    searched: {
      libraries: await loaderFolders(machine, options, []),
      programs: (valueOf(programFolders(machine)) ?? []).map((folder) => ({ folder, by: 'PATH' })),
    },
    process,
    asked: names.length > 0,
  };
}

/** "cudart" and "libcudart" are the library; null: a program. */
function libraryNamed(name: string): string | null {
  if (/^lib[\w+-]+(?:\.so[\d.]*)?$/.test(name)) return name;
  return sonameStems().has(`lib${name}`) ? `lib${name}` : null;
}

function loadedAs({ name, kind }: WhichResult, process: ProcessFacts | undefined): string | null {
  if (kind === 'program') return null;
  const [, library, version] = /^lib([\w+-]+)\.so\.?(\d+)?/.exec(name) ?? [];
  const found = process?.libraries.find(
    (one) =>
      one.library === library &&
      // The driver's libraries carry the driver's number in the place of their soname's.
      (version === undefined ||
        one.version === null ||
        /^\d{3}\./.test(one.version) ||
        one.version.split('.')[0] === version),
  );
  return found === undefined ? null : `${found.path}${found.deleted ? ' (deleted)' : ''}`;
}
