import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/cli/command.ts';
import { command as bundle } from '../../../src/cli/commands/bundle.ts';
import { commandContext } from '../../support/context.ts';
import { validatorFor } from '../../support/schema.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { ubuntu1804 } from '../../support/ubuntu1804.ts';

const repository = ubuntu1804();
const SOURCE = 'nvidia-cuda-ubuntu1804';

let dir: string;
beforeEach(() => {
  dir = tempDir();
  repository.writeSources(join(dir, 'config'));
});

const run = (args: string[], options: Record<string, string | boolean | string[]> = {}): Promise<Outcome> =>
  bundle.run(args, options, commandContext(dir, { cwd: dir, env: { HOME: dir, PATH: process.env['PATH'] } }));
const CREATE = { source: SOURCE, output: 'it.bundle', acceptLicense: true };

describe('bundle', () => {
  it('create makes the file, and says how large it is and what it is called for; install takes it', async () => {
    const made = await run(['create', 'cuda@10.0'], CREATE);
    expect(made).toMatchObject({ exitCode: 0, json: { file: join(dir, 'it.bundle'), sources: [SOURCE] } });
    const validate = validatorFor('bundle-result');
    expect(validate(made.json), JSON.stringify(validate.errors)).toBe(true);
    const { sha256 } = made.json as { sha256: string };
    for (const columns of [40, 80, 120]) {
      const shown = made.text!({ columns, color: false, interactive: true, unicode: true });
      expect(shown.replace(/\s/g, '')).toContain(sha256);
      expect(shown).toContain('cuda10.0');
      expect(Math.max(...shown.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(
        Math.max(columns, 80),
      );
    }
    const planned = await run(['install', 'it.bundle'], { dryRun: true });
    expect(planned).toMatchObject({
      exitCode: 0,
      json: { schema: 'gpu-setup/install@1', status: 'planned' },
    });
    const installed = await run(['install', 'it.bundle'], { acceptLicense: true });
    expect(installed).toMatchObject({ json: { status: 'installed', prefix: { name: 'cuda10.0' } } });
  });

  it('create asks for acceptance before it fetches', async () => {
    repository.server.requests.length = 0;
    await expect(run(['create', 'cuda@10.0'], { ...CREATE, acceptLicense: false })).rejects.toMatchObject({
      code: 'licence-not-accepted',
    });
    expect(repository.server.requests.filter(({ path }) => path.endsWith('.deb'))).toEqual([]);
  });

  it('create says where it cannot write, before it fetches', async () => {
    repository.server.requests.length = 0;
    await expect(run(['create', 'cuda@10.0'], { ...CREATE, output: 'none/it.bundle' })).rejects.toMatchObject(
      {
        code: 'bundle-not-written',
        message: expect.stringContaining(join(dir, 'none/it.bundle')),
      },
    );
  });

  it.each<[string[], Record<string, string | boolean | string[]>, string]>([
    [['create'], { output: 'x' }, 'missing-argument'],
    [['create', 'cuda@10.0'], {}, 'missing-option'],
    [['create', 'cuda@10.0'], { output: 'x', dryRun: true }, 'option-without-effect'],
    [['install'], {}, 'missing-argument'],
    [['install', 'a', 'b'], {}, 'unexpected-argument'],
    [['install', 'a'], { with: ['docs'] }, 'option-without-effect'],
    [['install', 'a'], { output: 'b' }, 'option-without-effect'],
  ])('%j with %j is a mistake of the call', async (args, options, code) => {
    await expect(run(args, options)).rejects.toMatchObject({ code, exitCode: 2 });
  });
});
