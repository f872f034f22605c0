import { afterEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/program.ts';
import { validatorFor } from '../support/schema.ts';

afterEach(() => vi.restoreAllMocks());

async function printed(argv: readonly string[]): Promise<string> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  expect(await main(argv)).toBe(0);
  return write.mock.calls.map(([text]) => String(text)).join('');
}

describe('--version', () => {
  it.each([[['--version']], [['-V']], [['version']]])('%j prints the version alone', async (argv) => {
    expect(await printed(argv)).toBe('0.0.0-test\n');
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
