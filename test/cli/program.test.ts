import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/program.ts';
import type { WritableLike } from '../../src/cli/call/write-whole.ts';
import { validatorFor } from '../support/schema.ts';

async function printed(argv: readonly string[], failure: Error | null = null): Promise<string> {
  const texts: string[] = [];
  const stdout: WritableLike = {
    write(text, written) {
      texts.push(String(text));
      written?.(failure);
      return true;
    },
    on: () => undefined,
    off: () => undefined,
  };
  expect(await main(argv, () => stdout)).toBe(failure === null ? 0 : 1);
  return texts.join('');
}

describe('--version', () => {
  it.each([[['--version']], [['-V']], [['version']]])('%j prints the version alone', async (argv) => {
    expect(await printed(argv)).toBe('0.0.0-test\n');
  });

  it('says by its exit code that nobody got it', async () => {
    await printed(['--version'], new Error('no space left on device'));
  });

  it.each([[['--version', '--json']], [['--json', '--version']], [['version', '--json']]])(
    '%j is one document',
    async (argv) => {
      const document: unknown = JSON.parse(await printed(argv));
      expect(document).toMatchObject({ version: '0.0.0-test' });
      expect(validatorFor('version')(document)).toBe(true);
    },
  );
});
