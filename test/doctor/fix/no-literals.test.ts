/**
 * Advice is derived: no version, recipe, driver branch, package of one release, wheel tag or compiler stands as a literal in what
 * the doctor tells people to do. Looked for in the sources, so that a constant is found whichever machine would show it.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const DOCTOR = fileURLToPath(new URL('../../../src/doctor', import.meta.url));

/** What in a sentence or a command is a fact about releases, and so belongs into a table. */
const CONSTANTS: readonly (readonly [string, RegExp])[] = [
  ['a recipe', /\bcuda(?:9|1\d)\b/i],
  ['a CUDA release', /\bCUDA (?:[89]|1\d)(?:\.\d)?\b|\bcuda@\d|\bcuda-1?\d[-.]\d/i],
  ['a wheel tag', /\bcu\d{2,3}\b/],
  [
    'a driver branch',
    /\bnvidia-(?:driver|utils|dkms|open|tesla|legacy|fabricmanager)-\d|\b(?:driver|branch) [3-9]\d\d\b/i,
  ],
  ['a package of one branch', /-(?:390|470|535|550|570|580|590|595)(?:xx)?\b|\bG0[4-9]\b/],
  ['a cuDNN', /\b(?:lib)?cudnn@?\d|\bcuDNN \d/i],
  ['a compiler', /\b(?:gcc|g\+\+|clang)[ -]?\d/],
  ['a pinned version', /[=<>]=?\d+\.\d/],
  ['a framework release', /\b(?:TensorFlow|PyTorch|torch|JAX) \d|\bPython 3\.\d/],
  ['a C library', /\bglibc \d/],
];

/**
 * Constants that are what the diagnosis is about, by its code: they name the thing that went wrong, not what to do.
 */
const ABOUT: Readonly<Record<string, readonly string[]>> = {
  // The code itself names the releases.
  'toolkit/cublas-moved-10.1': ['a CUDA release'],
  // The interface that was dropped is cuDNN 8's change.
  'framework/cudnn-too-new-for-darknet': ['a cuDNN'],
};

/** How text is recognised, and what files are called, is no advice. */
const NO_ADVICE = new Set(['literal', 'pattern', 'code']);

function sourcesOf(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? sourcesOf(path) : [path];
  });
}

/** String literals and the fixed parts of templates, outside imports and patterns. */
function stringsIn(path: string): string[] {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isLiteralTypeNode(node)) return;
    if (ts.isPropertyAssignment(node) && NO_ADVICE.has(node.name.getText(file))) return;
    if (
      ts.isStringLiteral(node) ||
      ts.isNoSubstitutionTemplateLiteral(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddle(node) ||
      ts.isTemplateTail(node)
    )
      found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

describe('what the doctor advises', () => {
  it.each([
    ['gpu-setup install cuda10', 'a recipe'],
    ['knows compute_30; take CUDA 11.8', 'a CUDA release'],
    ['--index-url https://example.org/whl/cu121', 'a wheel tag'],
    ['apt install nvidia-driver-470', 'a driver branch'],
    ['pacman -S nvidia-580xx-dkms', 'a package of one branch'],
    ['apt list -a libcudnn8', 'a cuDNN'],
    ['apt install gcc-9', 'a compiler'],
    ['pip install torch==1.7.1', 'a pinned version'],
    ['take TensorFlow 1.5', 'a framework release'],
  ])('would not get away with "%s"', (text, what) => {
    expect(CONSTANTS.filter(([, pattern]) => pattern.test(text)).map(([name]) => name)).toContain(what);
  });

  it.each(['fix', 'diagnoses'])('has no constants in %s/', (folder) => {
    const constants = sourcesOf(join(DOCTOR, folder)).flatMap((path) => {
      const name = relative(join(DOCTOR, folder), path).replace(/\.ts$/, '');
      return stringsIn(path).flatMap((text) =>
        CONSTANTS.filter(([what, pattern]) => pattern.test(text) && !ABOUT[name]?.includes(what)).map(
          ([what]) => `${name}: ${what} in "${text}"`,
        ),
      );
    });
    expect(constants).toEqual([]);
  });
});
