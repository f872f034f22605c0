import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMPONENTS } from '../../src/prefix/layout/component.ts';
import { validatorFor } from '../support/schema.ts';
import { filesBelow, textOf } from '../support/source-text.ts';

const folder = fileURLToPath(new URL('../../docs/schema/', import.meta.url));
const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
const read = (name: string): Schema => JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8')) as Schema;

/** What gpu-setup writes for itself alone. */
const OWN_FILES = ['manifest', 'self-record', 'store', 'trusted-recipes'];

interface Schema {
  $id: string;
  definitions?: Record<string, { enum?: string[] }>;
  properties: Record<string, { const?: string; properties?: Record<string, unknown> }>;
}

describe('docs/schema', () => {
  it.each(names)('%s.json compiles strictly and stands alone', (name) => {
    expect(() => validatorFor(name)).not.toThrow();
  });

  it.each(names)('%s.json describes the document of its own name', (name) => {
    const { $id, properties } = read(name);
    expect($id).toBe(`gpu-setup/${name}@1`);
    expect((properties['schema'] ?? properties['format'])?.const).toBe($id);
  });

  it('has every document that the program prints or reads for others, and no more', () => {
    const named = new Set(
      filesBelow('src', /\.ts$/).flatMap((path) =>
        [...textOf(path).matchAll(/'gpu-setup\/([a-z-]+)@1'/g)].map(([, name]) => name!),
      ),
    );
    for (const name of OWN_FILES) named.delete(name);
    expect(names.sort()).toEqual([...named].sort());
  });

  it.each(names)('%s.json is held against a real document by a test of what prints it', (name) => {
    const held = new RegExp(`\\b(?:validatorFor|expectSchema)\\('${name}'`);
    const tests = filesBelow('test', /\.test\.ts$/).filter((path) => !/^test\/(?:docs|e2e)\//.test(path));
    expect(tests.filter((path) => held.test(textOf(path)))).not.toEqual([]);
  });

  it('says the same of a prefix wherever one stands', () => {
    const { $id: _id, ...prefix } = read('prefix') as Schema & Record<string, unknown>;
    for (const name of ['list', 'install']) {
      expect(prefix, name).toMatchObject(read(name).definitions!['prefix']!);
    }
  });

  it('knows every component', () => {
    expect(JSON.stringify(read('lock'))).toContain(JSON.stringify(COMPONENTS));
  });

  it('refuses what lacks a field', () => {
    expect(validatorFor('error')({ schema: 'gpu-setup/error@1', code: 'x' })).toBe(false);
    expect(validatorFor('doctor')({ schema: 'gpu-setup/doctor@1', verdict: 'fine' })).toBe(false);
    expect(validatorFor('snapshot')({ format: 'gpu-setup/snapshot@1', files: { relative: 'x' } })).toBe(
      false,
    );
  });
});
