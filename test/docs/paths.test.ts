/** What comments and pages name must be there: a path that moved on leads a reader nowhere. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBelow, ROOT, textOf } from '../support/source-text.ts';

const FOLDERS = ['apt-sources', 'docs', 'examples', 'recipes', 'scripts', 'src', 'test'];
const files = FOLDERS.flatMap((folder) => filesBelow(folder, /./));
const names = new Set(files.map((path) => basename(path)));

/** `src/apt/deb/xz-source.ts`, `docs/diagnoses/`; of `recipes/<name>/x` what stands before the placeholder. C is not ours. */
const PATH = new RegExp(`(?<![\\w./-])(?:${FOLDERS.join('|')})/[\\w./-]*`, 'g');
/** A file of ours by its name alone: `schema.ts`. */
const NAME = /(?<![\w./<-])[a-z][a-z0-9]*(?:-[a-z0-9]+)*\.(?:test\.)?ts\b/g;

/** The lines of a file that are comments, and what stands behind code as one; the others are empty. */
const commentsOf = (path: string): string =>
  textOf(path)
    .split('\n')
    .map((row) => /^\s*(?:\/\/|\/?\*).*$|(?<=\s)\/\/ .*$/.exec(row)?.[0] ?? '')
    .join('\n');

/** File, line and path for every path in a text that leads nowhere. */
function gone(where: string, text: string): string[] {
  return text.split('\n').flatMap((row, at) => [
    ...[...row.matchAll(PATH)]
      .map(([path]) => path.replace(/[./-]+$/, ''))
      .filter((path) => path.includes('/') && !path.endsWith('.c') && !existsSync(ROOT + path))
      .map((path) => `${where}:${at + 1}: ${path}`),
    ...[...row.matchAll(NAME)]
      .map(([name]) => name)
      .filter((name) => !names.has(name))
      .map((name) => `${where}:${at + 1}: ${name}`),
  ]);
}

describe('paths that are named', () => {
  it.each(['README.md', 'CONTRIBUTING.md', ...filesBelow('docs', /\.md$/)])('in %s are there', (path) => {
    expect(gone(path, textOf(path))).toEqual([]);
  });

  it.each(['src', 'test', 'scripts'])('in comments of %s are there', (folder) => {
    const lost = filesBelow(folder, /\.(?:ts|mjs)$/).flatMap((path) => gone(path, commentsOf(path)));
    expect(lost).toEqual([]);
  });
});
