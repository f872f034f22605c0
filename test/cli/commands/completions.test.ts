import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/cli/all-commands.ts';
import { command as completions } from '../../../src/cli/commands/completions.ts';
import { SHELLS } from '../../../src/cli/completion/scripts.ts';
import { commandContext } from '../../support/context.ts';
import { validatorFor } from '../../support/schema.ts';

describe('completions', () => {
  it.each(SHELLS)(
    'are made for %s from the table of commands, as a document of its schema',
    async (shell) => {
      const context = commandContext('/nowhere');
      const { json, text, exitCode } = await completions.run([shell], {}, context);
      const validate = validatorFor('completions');
      expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
      const script = text!(context.stdout);
      for (const { name } of COMMANDS) expect(script).toMatch(new RegExp(`\\b${name}\\b`));
      // Nothing was left to be filled in.
      expect(script).not.toMatch(/@[A-Z]+@|undefined/);
      expect(exitCode).toBe(0);
    },
    60_000,
  );
});
