import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript of the build
import { commitOf as commitOfRoot } from '../../scripts/commit.mjs';
import { hasPrograms } from '../support/has-programs.ts';
import { tempDir } from '../support/temp-dir.ts';

const commitOf = commitOfRoot as (root: string) => string | null;
const COMMIT = '0123456789abcdef0123456789abcdef01234567';

function clone(files: Readonly<Record<string, string>>): string {
  const root = tempDir();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text.replaceAll('ROOT', root));
  }
  return root;
}

describe('commitOf', () => {
  it.each([
    ['a branch', { '.git/HEAD': 'ref: refs/heads/main\n', '.git/refs/heads/main': `${COMMIT}\n` }, '.'],
    ['no branch', { '.git/HEAD': `${COMMIT}\n` }, '.'],
    [
      'a packed branch',
      {
        '.git/HEAD': 'ref: refs/heads/a/b\n',
        '.git/packed-refs': `# pack-refs\n${'f'.repeat(40)} refs/heads/b\n${COMMIT} refs/heads/a/b\n`,
      },
      '.',
    ],
    [
      'a worktree',
      {
        '.git/worktrees/w/HEAD': 'ref: refs/heads/w\n',
        '.git/worktrees/w/commondir': '../..\n',
        '.git/refs/heads/w': `${COMMIT}\n`,
        'w/.git': 'gitdir: ROOT/.git/worktrees/w\n',
      },
      'w',
    ],
  ])('reads it where HEAD is at %s', (_, files, folder) => {
    expect(commitOf(join(clone(files), folder))).toBe(COMMIT);
  });

  it.each([
    ['no clone', {}],
    ['a branch without commits', { '.git/HEAD': 'ref: refs/heads/main\n' }],
    ['no commit', { '.git/HEAD': '"; process.exit(1)\n' }],
    ['a path outside', { '.git/HEAD': 'ref: refs/../../x\n', x: COMMIT }],
    ['a circle', { '.git/HEAD': 'ref: refs/heads/a\n', '.git/refs/heads/a': 'ref: refs/heads/a\n' }],
  ])('knows none where there is %s', (_, files) => {
    expect(commitOf(clone(files))).toBeNull();
  });

  it.runIf(hasPrograms('git'))('says what git says (needs git)', () => {
    const root = clone({ a: '' });
    const git = (...args: string[]): string =>
      execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' });
    git('init', '-q');
    git('-c', 'user.name=x', '-c', 'user.email=x@example.org', 'commit', '-q', '--allow-empty', '-m', 'x');
    expect(commitOf(root)).toBe(git('rev-parse', 'HEAD').trim());
  });
});
