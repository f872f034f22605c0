/** Host compilers on PATH. Names and links tell the version; a compiler is started only where they do not. */
import { absent, present, unknown, valueOf, type Answer } from '../../answer.ts';
import type { CompilerFacts } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { baseOf, joinPath } from '../../paths.ts';
import { namesBeginning } from '../../sorted-names.ts';
import { distinctFolders, programFolders } from './search-paths.ts';
import { outputsOf, recordedOutputs } from '../recorded.ts';

/** In the order of the alphabet, as a listing has them. */
const PROGRAMS = ['clang', 'g++', 'gcc'] as const;
const NAME = /^(gcc|g\+\+|clang|clang\+\+)(?:-(\d{1,3}(?:\.\d{1,2})?))?$/;

/** They stand in for the compiler that comes later on PATH. */
const WRAPPERS: readonly string[] = ['ccache', 'distcc', 'icecc'];

export async function probeCompilers(machine: Machine): Promise<Answer<readonly CompilerFacts[]>> {
  const folders = programFolders(machine);
  if (folders.state !== 'present') return pastedCompilers(machine, folders);
  const found = new Map<string, CompilerFacts>();
  let unread: Answer<unknown> | undefined;
  for (const folder of await distinctFolders(machine, folders.value)) {
    const listing = await machine.listDir(folder);
    if (listing.state === 'unknown' || (listing.state === 'present' && !listing.value.complete))
      unread ??= listing;
    const entries = valueOf(listing)?.entries ?? [];
    for (const name of PROGRAMS.flatMap((program) => namesBeginning(entries, program))) {
      if (!NAME.test(name) || found.has(name)) continue;
      const compiler = await compilerAt(machine, joinPath(folder, name), name);
      if (compiler) found.set(name, compiler);
    }
  }
  if (found.size > 0) return present([...found.values()], folders.from);
  if (unread)
    return pastedCompilers(
      machine,
      unknown('not-recorded', 'not every folder of PATH is recorded', unread.from),
    );
  return absent(folders.from);
}

async function compilerAt(machine: Machine, path: string, name: string): Promise<CompilerFacts | null> {
  const real = await machine.realPath(path);
  if (real.state === 'absent') return null;
  const realPath = valueOf(real) ?? path;
  if (WRAPPERS.includes(baseOf(realPath))) return null;
  const version = versionOfName(name) ?? versionOfPath(realPath) ?? (await askedVersion(machine, path, name));
  return compilerFacts(name, path, version);
}

function compilerFacts(name: string, path: string, version: string | null): CompilerFacts {
  const [, program, suffix] = NAME.exec(name) ?? [];
  return {
    name,
    path,
    family: program?.startsWith('clang') ? 'clang' : 'gcc',
    language: program?.endsWith('++') ? 'c++' : 'c',
    version,
    major: version === null ? null : Number.parseInt(version, 10),
    isDefault: suffix === undefined,
  };
}

function versionOfName(name: string): string | null {
  return NAME.exec(name)?.[2] ?? null;
}

/** "/usr/bin/x86_64-linux-gnu-g++-12", "/usr/lib/llvm-14/bin/clang", "/usr/lib64/llvm18/bin/clang-18" */
export function versionOfPath(realPath: string): string | null {
  return (
    /(?:^|[/-])(?:gcc|g\+\+|clang|clang\+\+)-(\d{1,3}(?:\.\d{1,2}){0,2})$/.exec(realPath)?.[1] ??
    /\/llvm-?(\d{1,3})\/bin\/clang(?:\+\+)?$/.exec(realPath)?.[1] ??
    null
  );
}

async function askedVersion(machine: Machine, path: string, name: string): Promise<string | null> {
  const recorded = recordedOutputs(machine, name).map(({ text }) => parseCompilerVersion(text));
  const told = recorded.find((version) => version !== null);
  if (told) return told;
  // Since gcc 7 -dumpversion gives the major alone; older ones do not know the other option and ignore it.
  const options = name.startsWith('clang') ? ['-dumpversion'] : ['-dumpfullversion', '-dumpversion'];
  const outputs = await outputsOf(machine, [path, ...options]);
  return parseCompilerVersion(valueOf(outputs)?.[0]?.result.stdout ?? '');
}

/** `gcc --version`, `gcc -v`, `clang --version`: a compiler is there, and this is its version. */
function pastedCompilers(
  machine: Machine,
  otherwise: Answer<readonly CompilerFacts[]>,
): Answer<readonly CompilerFacts[]> {
  const found = new Map<string, CompilerFacts>();
  let origin = otherwise.from;
  for (const { line, text, from } of recordedOutputs(
    machine,
    'gcc',
    'g++',
    'clang',
    'clang++',
    ...suffixed(),
  )) {
    const version = parseCompilerVersion(text);
    if (version === null || found.has(line.program)) continue;
    found.set(line.program, compilerFacts(line.program, line.program, version));
    origin = from;
  }
  return found.size > 0 ? present([...found.values()], origin) : otherwise;
}

/** Names that people type: g++-4.8, gcc-5 to gcc-20, clang-6.0, clang-7 to clang-25. */
const suffixed = (): string[] =>
  ['gcc', 'g++', 'clang', 'clang++'].flatMap((name) => [
    ...Array.from({ length: 26 }, (_, major) => `${name}-${major}`),
    ...['4.8', '4.9', '6.0'].map((version) => `${name}-${version}`),
  ]);

/**
 *     gcc (Ubuntu 9.3.0-10ubuntu2) 9.3.0
 *     gcc version 9.3.0 (Ubuntu 9.3.0-17ubuntu1~20.04)                                 gcc -v
 *     Ubuntu clang version 14.0.0-1ubuntu1
 *     12.2.0                                                                           -dumpfullversion
 *     COLLECT_LTO_WRAPPER=/usr/lib/gcc/x86_64-linux-gnu/9/lto-wrapper                  the first lines of gcc -v
 */
export function parseCompilerVersion(text: string): string | null {
  const head = text.slice(0, 16_384);
  return (
    /^(?:.{0,100}\bclang |gcc )version (\d{1,3}(?:\.\d{1,3})*)/m.exec(head)?.[1] ??
    /^\S*(?:gcc|g\+\+|c\+\+|cc)\S* \([^()\n]{0,200}\) (\d{1,3}(?:\.\d{1,3})+)/m.exec(head)?.[1] ??
    /^(\d{1,3}(?:\.\d{1,3})*)\s*$/m.exec(head)?.[1] ??
    /--with-pkgversion='[^'\n]{0,60}? (\d{1,3}\.\d{1,3}\.\d{1,3})/.exec(head)?.[1] ??
    /^COLLECT_LTO_WRAPPER=\S*\/(\d{1,3}(?:\.\d{1,3})*)\/lto-wrapper/m.exec(head)?.[1] ??
    null
  );
}
