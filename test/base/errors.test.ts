import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { asRecipeCode } from '../../src/base/error-codes.ts';
import { GpuSetupError, usageError } from '../../src/base/errors.ts';
import { filesBelow, walkTree } from '../support/source-text.ts';

describe('GpuSetupError', () => {
  it.each([
    ['disk-full', 1],
    ['unknown-source', 1],
    ['unknown-prefix', 1],
    ['bad-snapshot', 2],
    ['program-not-found', 127],
    ['internal-error', 70],
  ] as const)('%s ends with the exit code of its code: %i', (code, exitCode) => {
    expect(new GpuSetupError(code, 'x')).toMatchObject({ code, exitCode });
  });

  it('takes the exit code of a caller that has one of its own', () => {
    expect(new GpuSetupError('disk-full', 'x', { exitCode: 125 }).exitCode).toBe(125);
  });

  it('always says what to do: its own hint, else what the table says', () => {
    expect(new GpuSetupError('bad-url', 'x', { hint: 'do this' }).hint).toBe('do this');
    expect(new GpuSetupError('bad-url', 'x').hint).toMatch(/^correct it where it stands/);
  });

  it('takes no code that the table lacks, and for a wrong call only those of wrong calls', () => {
    // @ts-expect-error: the compiler refuses it, which `npm run lint` shows.
    expect(new GpuSetupError('no-such-code', 'x').exitCode).toBe(1);
    // @ts-expect-error: exit code 1
    expect(usageError('disk-full', 'x').exitCode).toBe(1);
    expect(usageError('bad-spec', 'x').exitCode).toBe(2);
  });
});

describe('asRecipeCode', () => {
  it.each(['pip-failed', 'python-missing', 'bad-script'])('takes %s', (code) => {
    expect(asRecipeCode(code)).toBe(code);
    expect(new GpuSetupError(asRecipeCode(code)!, 'x').exitCode).toBe(1);
  });

  it.each([
    ['a code with an exit code of its own', 'bad-spec'],
    ['a bug of ours', 'internal-error'],
    ['no word', ''],
    ['a sentence', 'pip failed'],
    ['control characters', 'pip\u001b-failed'],
    ['something very long', `a-${'b'.repeat(80)}`],
    ['a name of every object', 'constructor'],
  ])('refuses %s', (_, code) => {
    expect(asRecipeCode(code)).toBeNull();
  });
});

describe('what is written to do next', () => {
  // A newline in it would be shown escaped, as one that came from outside is.
  it('is a string per line', () => {
    const broken: string[] = [];
    for (const path of filesBelow('src', /\.ts$/))
      walkTree(path, (node) => {
        if (!ts.isPropertyAssignment(node) || !['hint', 'hints'].includes(node.name.getText())) return;
        if (linesAsOneText(node.initializer)) broken.push(`${path}: ${node.initializer.getText()}`);
      });
    expect(broken).toEqual([]);
  });
});

/** Not within calls: what they are given is not what they return. */
function linesAsOneText(node: ts.Node): boolean {
  if (ts.isCallExpression(node)) return false;
  if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
    return node.text.includes('\n');
  return ts.forEachChild(node, linesAsOneText) ?? false;
}
