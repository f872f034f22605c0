/** What the files of a prefix need of each other, held against what the table of parts says that each part needs. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { partOfPath, withNeeds } from '../../src/prefix/layout/parts.ts';
import { run } from './support.ts';

/**
 * Every library of a part that loads one of a part which does not come with it, and every header that includes one. Headers of
 * parts that include each other are a circle, of which one part was chosen to need the others.
 *
 * @param root of a prefix with a toolkit
 * @returns `path: part needs part`; empty: the table is right
 */
export async function unmetNeeds(root: string, env: Record<string, string>): Promise<readonly string[]> {
  const files = [...filesBelow(root)];
  const known = new Set(files);
  const unmet = new Set<string>();
  /** @param places of what a file names, the one that is taken first; those that are not there do not count */
  const judge = (file: string, ...places: readonly string[]): void => {
    const found = places.find((one) => known.has(one));
    const [part, other] = [partOfPath(file), found === undefined ? null : partOfPath(found)];
    if (part === null || other === null) return;
    const isCircle = file.startsWith('include/') && withNeeds([other]).includes(part);
    if (!withNeeds([part]).includes(other) && !isCircle) unmet.add(`${file}: ${part} needs ${other}`);
  };
  for (const file of files.filter((one) => /\.so(?:\.|$)/.test(one))) {
    const { stdout } = await run(['readelf', '-dW', join(root, file)], { env });
    for (const [, name] of stdout.matchAll(/\(NEEDED\).*\[(.+)\]/g))
      judge(file, posix.join(posix.dirname(file), name!), `lib64/${name!}`);
  }
  for (const file of files.filter((one) => one.startsWith('include/'))) {
    const text = readFileSync(join(root, file), 'latin1');
    for (const [, name] of text.matchAll(/^[ \t]*#[ \t]*include[ \t]*[<"]([^>"\n]+)[>"]/gm)) {
      judge(file, posix.join(posix.dirname(file), name!), `include/${name!}`);
    }
  }
  return [...unmet];
}

function* filesBelow(root: string, folder = ''): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = posix.join(folder, entry.name);
    if (!entry.isDirectory()) yield path;
    else if (!['host', '.gpu-setup'].includes(path)) yield* filesBelow(root, path);
  }
}
