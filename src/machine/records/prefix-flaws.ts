/** What is wrong with a prefix, as far as few small questions tell: `list` and the doctor judge by it. Only verify reads its files. */
import { majorMinor } from '../../compat/dotted-version.ts';
import { sonameOf } from '../../compat/sonames.ts';
import type { Answer } from '../answer.ts';
import type { Machine } from '../machine.ts';
import { joinPath } from '../paths.ts';
import { MANIFEST_PATH, readManifest, type PrefixRelease } from './read-prefix-manifest.ts';

/** Of a link in prefixes/: nothing is left of what it was. */
export const GENERATION_GONE = 'the generation that it leads to is gone';

/** Bytes: of a longer manifest the end is not looked at, since what comes before it would have to be read. */
const SHORT = 64 << 10;

/** As it is written, only the last brace stands at the beginning of a line. */
const END = /\n\}\s*$/;

/**
 * What the answer about a manifest says is wrong; null: nothing, or it could not be looked at.
 *
 * @param prefix `<home>/prefixes/<name>`
 * @param manifest of that prefix, all of it or its beginning
 */
export async function flawOfManifest(
  machine: Machine,
  prefix: string,
  manifest: Answer<unknown>,
): Promise<string | null> {
  switch (manifest.state) {
    case 'present':
      return null;
    case 'unknown':
      return manifest.reason === 'failed' ? `${MANIFEST_PATH}: ${manifest.why}` : null;
    case 'absent': {
      const there = await machine.stat(prefix);
      if (there.state === 'unknown') return null;
      return there.state === 'present' ? `${MANIFEST_PATH} is missing` : GENERATION_GONE;
    }
  }
}

/**
 * What is wrong with the files of a prefix whose manifest begins as it should: a manifest without its end, and what its
 * components cannot be without. Null: nothing, or it could not be looked at.
 */
export async function flawOfFiles(
  machine: Machine,
  prefix: string,
  release: PrefixRelease,
): Promise<string | null> {
  for (const file of neededFiles(release)) {
    const found = await machine.stat(joinPath(prefix, file));
    if (found.state === 'absent') return `${file} is missing, or a link that leads nowhere`;
    if (found.state !== 'present') continue;
    if (found.value.type !== 'file') return `${file} is no file`;
    if (found.value.size === 0) return `${file} is empty`;
  }
  return flawOfEnd(machine, prefix);
}

/** Where it does not end as it was written, all of it says whether it was written by somebody else. */
async function flawOfEnd(machine: Machine, prefix: string): Promise<string | null> {
  const path = joinPath(prefix, MANIFEST_PATH);
  const found = await machine.stat(path);
  if (found.state !== 'present' || (found.value.size ?? Infinity) > SHORT) return null;
  const text = await machine.readFile(path, SHORT);
  if (text.state !== 'present' || text.value.truncated || END.test(text.value.text.slice(-100))) return null;
  return flawOfManifest(machine, prefix, await readManifest(machine, prefix));
}

/** Of ten thousand prefixes most are of the same few releases. */
const RUNTIMES = new Map<string, string | null>();

function runtimeOf(cuda: string): string | null {
  const release = majorMinor(cuda);
  if (release === null) return null;
  let soname = RUNTIMES.get(release);
  if (soname === undefined) RUNTIMES.set(release, (soname = sonameOf('cudart', release)));
  return soname;
}

/** Paths below the prefix. Which they are is the same for every source: prefixes have one shape. */
function neededFiles({ components, parts, cuda, cudnn }: PrefixRelease): string[] {
  const has = (part: string, ...any: readonly string[]): boolean =>
    any.some((component) => components.includes(component)) && (parts?.includes(part) ?? true);
  const runtime = runtimeOf(cuda);
  const dnn = /^\d{1,3}(?![^.])/.exec(cudnn ?? '')?.[0];
  return [
    ...(has('nvcc', 'compiler') ? ['bin/nvcc', 'libexec/nvcc'] : []),
    ...(has('cudart', 'runtime', 'libraries') && runtime !== null ? [`lib64/${runtime}`] : []),
    ...(components.includes('cudnn') && dnn !== undefined ? [`lib64/libcudnn.so.${dnn}`] : []),
  ];
}
