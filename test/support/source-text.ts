/** The sources of the program as syntax trees, for tests that judge what is written there. */
import { readdirSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Paths of files below a folder of the repository, relative to the repository. */
export function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(ROOT + folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => relative(ROOT, `${entry.parentPath}/${entry.name}`))
    .filter((path) => !path.includes('node_modules'))
    .sort();
}

export const textOf = (path: string): string => readFileSync(ROOT + path, 'utf8');

/** @param visit is called with every node, outer ones first */
export function walkTree(path: string, visit: (node: ts.Node) => void): void {
  const walk = (node: ts.Node): void => {
    visit(node);
    ts.forEachChild(node, walk);
  };
  walk(ts.createSourceFile(path, textOf(path), ts.ScriptTarget.Latest, true));
}
