/** Error codes are public: the table in src/base/error-codes, what is thrown, and docs/errors.md say the same. */
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { asRecipeCode, CODE_GROUPS } from '../../src/base/error-codes.ts';
import { codesOfRecipes, errorsPage } from '../support/errors-page.ts';
import { filesBelow, textOf, walkTree } from '../support/source-text.ts';

const CODES = CODE_GROUPS.flatMap(({ codes }) => Object.keys(codes));
const LAUNCHER = ['gpu-setup', ...filesBelow('scripts/launcher', /\.sh$/)].flatMap((path) =>
  [...textOf(path).matchAll(/\b(?:fail|refuse|judge|judge_trees) ([a-z]+(?:-[a-z]+)*)\b/g)].map(
    ([, code]) => code!,
  ),
);

/** Codes of diagnoses are other ones, though some have the same name. */
const sources = filesBelow('src', /\.ts$/).filter(
  (path) => !path.startsWith('src/base/error-codes') && !path.startsWith('src/doctor/'),
);

/** Words that stand where a code can be thrown from: not those that a thrown code is compared with. */
function wordsGiven(): { words: Set<string>; patterns: RegExp[] } {
  const words = new Set<string>();
  const patterns: RegExp[] = [];
  for (const path of sources) {
    walkTree(path, (node) => {
      if (ts.isStringLiteral(node)) {
        if (!isCompared(node.parent) && !ts.isArrayLiteralExpression(node.parent)) words.add(node.text);
      } else if (ts.isTemplateExpression(node) && isThrownCode(node)) {
        const parts = [node.head, ...node.templateSpans.map(({ literal }) => literal)];
        patterns.push(new RegExp(`^${parts.map(({ text }) => text).join('[a-z0-9]+')}$`));
      }
    });
  }
  return { words, patterns };
}

const isCompared = (parent: ts.Node): boolean =>
  ts.isBinaryExpression(parent) && ['===', '!=='].includes(parent.operatorToken.getText());

const isThrownCode = (node: ts.Node): boolean =>
  ts.isNewExpression(node.parent) &&
  node.parent.expression.getText() === 'GpuSetupError' &&
  node.parent.arguments?.[0] === node;

describe('error codes', () => {
  it('has none that nothing throws', () => {
    const { words, patterns } = wordsGiven();
    for (const code of LAUNCHER) words.add(code);
    const idle = CODES.filter((code) => !words.has(code) && !patterns.some((pattern) => pattern.test(code)));
    expect(idle).toEqual([]);
  });

  it('throws none past the table: the compiler knows them all, and nothing is cast to one', () => {
    const casts = sources.filter((path) => /\bas (?:ErrorCode|UsageCode|RecipeCode)\b/.test(textOf(path)));
    expect(casts).toEqual([]);
    expect(CODES).toEqual(expect.arrayContaining(LAUNCHER));
    expect(LAUNCHER.length).toBeGreaterThan(0);
  });

  it('gives a code one meaning and one exit code: none stands in two groups', () => {
    expect(CODES.filter((code, at) => CODES.indexOf(code) !== at)).toEqual([]);
  });

  it('explains each in sentences, and says what to do as an instruction', () => {
    for (const { codes } of CODE_GROUPS) {
      for (const [code, { means, remedy }] of Object.entries(codes)) {
        expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
        expect(means, code).toMatch(/^(?:[A-Z`-]|gpu-setup|git|darknet).*\.$/);
        expect(remedy, code).toMatch(/^[^\n`]+[^.\n]$/);
      }
    }
  });

  it('lets recipes give only codes that are none with an exit code of its own', () => {
    const given = [...codesOfRecipes().values()].flat();
    expect(given.length).toBeGreaterThan(0);
    expect(given.filter((code) => asRecipeCode(code) === null)).toEqual([]);
  });

  // After a change of the table: npm run docs:errors
  it('are explained in docs/errors.md as in the table', async () => {
    await expect(errorsPage()).toMatchFileSnapshot('../../docs/errors.md');
  });
});
