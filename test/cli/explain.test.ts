import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/cli/command.ts';
import { explain } from '../../src/cli/explain.ts';
import { DIAGNOSES } from '../../src/doctor/registry.ts';
import { validatorFor } from '../support/schema.ts';

const terminal = { columns: 80, color: false, interactive: false, unicode: false };
const call = (...args: string[]) => explain.run(args, {}, {} as Context);
const isExplain = validatorFor('explain');

describe('explain', () => {
  it.each(DIAGNOSES.filter(({ judge }) => judge !== undefined).map(({ code }) => code))(
    'has a page for %s, which the doctor can find',
    async (code) => {
      const outcome = await call(code);
      expect(isExplain(outcome.json), JSON.stringify(isExplain.errors)).toBe(true);
      const text = outcome.text!(terminal);
      expect(text.startsWith(code)).toBe(true);
      expect(text).toMatch(/What to do/);
    },
  );

  it('lists every page with its title', async () => {
    const outcome = await call();
    expect(isExplain(outcome.json)).toBe(true);
    expect(outcome.text!(terminal)).toMatch(/^nouveau-in-use +the nouveau driver holds the GPU$/m);
  });

  it.each([
    ['noveau-in-use', 'did you mean nouveau-in-use?'],
    ['xyzzy', 'gpu-setup explain lists every code'],
    ['__proto__', 'gpu-setup explain lists every code'],
    ['../design', 'gpu-setup explain lists every code'],
  ])('refuses %s as usage', async (code, hint) => {
    await expect(call(code)).rejects.toMatchObject({ code: 'unknown-code', exitCode: 2, hint });
  });
});
