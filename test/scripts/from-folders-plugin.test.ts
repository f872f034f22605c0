/** scripts/from-folders-plugin.mjs: what virtual modules are made of, and what does not get into the program unseen. */
import { build } from 'esbuild';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript, shared with the build
import { esbuildFromFolders } from '../../scripts/from-folders-plugin.mjs';
import { tempDir } from '../support/temp-dir.ts';

/** What a program that imports the virtual module gets, built from a folder `f` with these files. */
async function imported(kind: string, name: string, files: Record<string, string>): Promise<unknown> {
  const root = tempDir();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, 'f', path)), { recursive: true });
    writeFileSync(join(root, 'f', path), text);
  }
  // A package is found where packages are.
  if (kind === 'on-demand') cpSync(join(root, 'f'), join(root, 'node_modules/f'), { recursive: true });
  const specifier = [kind, 'f', name].filter((part) => part !== '').join(':');
  writeFileSync(join(root, 'main.ts'), `export { default } from '${specifier}';`);
  await build({
    absWorkingDir: root,
    entryPoints: { main: 'main.ts' },
    outdir: join(root, 'out'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'silent',
    plugins: [esbuildFromFolders(root)],
  });
  return ((await import(join(root, 'out/main.mjs'))) as { default: unknown }).default;
}

describe('modules from folders', () => {
  it('are found at any depth, in the order of their paths, without what begins with a dot', async () => {
    const files = {
      'b.ts': `export const it: string = 'b';`,
      'a/z.ts': `export const it = 'z';`,
      'a/x-1.0.ts': `export const it = 'x';`,
      '.a.ts': '',
      'notes.md': '',
    };
    expect(Object.entries((await imported('modules', 'it', files)) as object)).toEqual([
      ['a/x-1.0', 'x'],
      ['a/z', 'z'],
      ['b', 'b'],
    ]);
  });

  it('end the build where one has not the export', async () => {
    const files = { 'a.ts': `export const it = 1;`, 'helper.ts': `export const other = 1;` };
    await expect(imported('modules', 'it', files)).rejects.toThrow(/helper\.ts.*import "it"/);
  });

  it('that are lazy say their summary, and run when they are asked for', async () => {
    const ran = `globalThis.ran = (globalThis.ran ?? 0) + 1;\n`;
    const found = (await imported('lazy-modules', 'it', {
      'a.ts': `export const summary = "what's first";\n${ran}export const it = 1;\n`,
      'b.ts': `export const summary =\n  'what is second';\n${ran}export const it = 2;\n`,
    })) as Record<string, { summary: string; load(): Promise<unknown> }>;
    expect(Object.values(found).map(({ summary }) => summary)).toEqual(["what's first", 'what is second']);
    const count = (): unknown => (globalThis as { ran?: number }).ran;
    expect(count()).toBeUndefined();
    expect(await found['b']!.load()).toBe(2);
    expect(count()).toBe(1);
  });

  it.each([`export const summary = a + b;\n`, `export const summary = 'it\\'s';\n`, ''])(
    'that are lazy end the build without a summary that can be read: %j',
    async (text) => {
      await expect(imported('lazy-modules', 'it', { 'a.ts': text })).rejects.toThrow(/f\/a\.ts: no line/);
    },
  );
});

describe('packages on demand', () => {
  /** What a program gets that has a package "f" of this text, and whether it ran before it was asked for. */
  async function asked(text: string, extension: string): Promise<{ before: unknown; whole: unknown }> {
    const mark = `globalThis.started = ${Math.random()};\n`;
    const load = (await imported('on-demand', '', {
      'package.json': `{ "name": "f", "main": "./index.${extension}", "exports": "./index.${extension}" }`,
      [`index.${extension}`]: mark + text,
    })) as () => unknown;
    const started = (): unknown => (globalThis as { started?: unknown }).started;
    const before = started();
    const whole = load();
    expect(started()).toBeTypeOf('number');
    delete (globalThis as { started?: unknown }).started;
    return { before, whole };
  }

  it('run when they are asked for, and not before', async () => {
    expect(await asked(`export default 'esm';`, 'mjs')).toEqual({ before: undefined, whole: 'esm' });
    expect(await asked(`module.exports = 'cjs'.split('');`, 'cjs')).toEqual({
      before: undefined,
      whole: ['c', 'j', 's'],
    });
  });
});

describe('data from folders', () => {
  it('is text', async () => {
    expect(await imported('assets', '', { 'x/a.yaml': 'a: "1"\n', 'b.md': '`$`\u2028' })).toEqual({
      'x/a.yaml': 'a: "1"\n',
      'b.md': '`$`\u2028',
    });
  });

  it('is what JSON files hold', async () => {
    expect(await imported('tables', '', { 'nvidia.json': '{"rules": [1]}', 'README.md': '' })).toEqual({
      nvidia: { rules: [1] },
    });
    await expect(imported('tables', '', { 'bad.json': '{' })).rejects.toThrow(/bad\.json/);
  });
});
