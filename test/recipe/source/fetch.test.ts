import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseSource, fetchSource, type SourceContext } from '../../../src/recipe/source/fetch.ts';
import { treeDigest } from '../../../src/recipe/source/tree-digest.ts';
import type { BuildRecipe, BuildSource } from '../../../src/recipe/recipe.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { hasPrograms } from '../../support/has-programs.ts';

const able = hasPrograms('git');

const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', args, {
    cwd,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      ...Object.fromEntries(
        ['AUTHOR', 'COMMITTER'].flatMap((who) => [
          [`GIT_${who}_NAME`, 'a'],
          [`GIT_${who}_EMAIL`, 'a@example.org'],
        ]),
      ),
    },
  }).trim();

/** A repository whose second commit is not the pinned one. */
async function repository(): Promise<{ url: string; commit: string; sha256: string }> {
  const dir = tempDir();
  writeFileSync(join(dir, 'Makefile'), 'all:\n\ttrue\n');
  git(dir, 'init', '-q');
  git(dir, 'add', '.');
  git(dir, 'commit', '-q', '-m', 'first');
  const commit = git(dir, 'rev-parse', 'HEAD');
  const tree = tempDir();
  writeFileSync(join(tree, 'Makefile'), 'all:\n\ttrue\n');
  writeFileSync(join(dir, 'Makefile'), 'all:\n\tfalse\n');
  git(dir, 'commit', '-q', '-a', '-m', 'second');
  return { url: `file://${dir}`, commit, sha256: await treeDigest(tree) };
}

const gitSource = (at: { url: string; commit: string; sha256: string }): BuildSource => ({
  kind: 'git',
  id: 'first',
  title: 'the first',
  lacks: null,
  ...at,
});
const UNKNOWN: BuildSource = {
  kind: 'debian',
  id: 'second',
  title: 'the second',
  lacks: 'it knows less',
  package: 'darknet',
  from: ['nowhere'],
};

interface Told extends SourceContext {
  notices: string[];
}

function context(cache = tempDir()): Told {
  const notices: string[] = [];
  return {
    work: tempDir(),
    apt: { cache, emit: () => {} },
    sources: new Map(),
    notice: (_level, text) => notices.push(text),
    notices,
  };
}

describe.skipIf(!able)(`a pinned commit${able ? '' : ' (needs git)'}`, () => {
  it('is taken, not what the branch has become since', async () => {
    const source = await repository();
    const { path, record } = await fetchSource({ kind: 'recipe', sources: [gitSource(source)] }, context());
    expect(readFileSync(join(path, 'Makefile'), 'utf8')).toContain('true');
    expect(record).toMatchObject({
      kind: 'git',
      version: source.commit,
      sha256: source.sha256,
      passedOver: [],
    });
  });

  it('is built from the cache when the repository cannot be reached any more', async () => {
    const source = await repository();
    const cache = tempDir();
    await fetchSource({ kind: 'recipe', sources: [gitSource(source)] }, context(cache));
    const gone = { ...source, url: `file://${tempDir()}/none` };
    const again = await fetchSource({ kind: 'recipe', sources: [gitSource(gone)] }, context(cache));
    expect(again.record.sha256).toBe(source.sha256);
  });

  it('is fetched again where the copy in the cache was changed', async () => {
    const source = await repository();
    const cache = tempDir();
    mkdirSync(join(cache, 'sources'));
    writeFileSync(join(cache, 'sources', `${source.sha256}.tar`), 'something else');
    const { record } = await fetchSource({ kind: 'recipe', sources: [gitSource(source)] }, context(cache));
    expect(record.sha256).toBe(source.sha256);
  });

  it('stops everything where its content is not what the recipe pins: no other source is tried', async () => {
    const source = { ...(await repository()), sha256: '0'.repeat(64) };
    await expect(
      fetchSource({ kind: 'recipe', sources: [gitSource(source), UNKNOWN] }, context()),
    ).rejects.toMatchObject({ code: 'source-digest-mismatch' });
  });

  it('gives way to the next source where it cannot be reached, and says so with what that one lacks', async () => {
    const source = await repository();
    const gone = { ...gitSource({ ...source, url: `file://${tempDir()}/none` }), id: 'gone' };
    const next = { ...gitSource(source), lacks: 'it knows less' };
    const told = context();
    const { record } = await fetchSource({ kind: 'recipe', sources: [gone, next] }, told);
    expect(record).toMatchObject({ id: 'first', lacks: 'it knows less', passedOver: [{ id: 'gone' }] });
    expect(told.notices.join('\n')).toMatch(
      /gone cannot be had: git cannot fetch[\s\S]*building the first: it knows less/,
    );
  });

  it('names every source that was tried where none can be had', async () => {
    const gone = gitSource({ url: 'file:///none', commit: '1'.repeat(40), sha256: '2'.repeat(64) });
    await expect(fetchSource({ kind: 'recipe', sources: [gone, UNKNOWN] }, context())).rejects.toMatchObject({
      code: 'no-source',
      message: expect.stringMatching(/first: git cannot fetch.*second: none of nowhere/) as string,
      hint: expect.stringContaining('--source') as string,
    });
  });
});

describe("the user's own source", () => {
  it('is copied and recorded, and never held against a pin', async () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'Makefile'), 'all:\n');
    const { path, record } = await fetchSource({ kind: 'user', path: dir }, context());
    writeFileSync(join(path, 'obj.o'), '');
    expect(existsSync(join(dir, 'obj.o'))).toBe(false);
    expect(record).toMatchObject({ kind: 'user', id: null, version: dir });
    expect(record.sha256).toBe(await treeDigest(dir));
  });
});

describe('chooseSource', () => {
  const build = {
    sources: [gitSource({ url: 'https://example.org/x', commit: '', sha256: '' }), UNKNOWN],
  } as unknown as BuildRecipe;
  const absolute = (path: string): string => path;

  it('takes all of the recipe without --source, one by its id, and a path', async () => {
    const dir = tempDir();
    expect(await chooseSource(undefined, build, absolute)).toEqual({
      kind: 'recipe',
      sources: build.sources,
    });
    expect(await chooseSource('second', build, absolute)).toEqual({ kind: 'recipe', sources: [UNKNOWN] });
    expect(await chooseSource(dir, build, absolute)).toEqual({ kind: 'user', path: dir });
  });

  it('refuses what is neither, with the nearest id', async () => {
    await expect(chooseSource('secnd', build, absolute)).rejects.toMatchObject({
      code: 'source-missing',
      exitCode: 2,
      hint: expect.stringContaining('did you mean second?') as string,
    });
  });
});
