import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/cli/command.ts';
import { command as bundle } from '../../../src/cli/commands/bundle.ts';
import { makeKey, publishFlat, serve, type TestKey, type TestServer } from '../../apt/repository.ts';
import { commandContext } from '../../support/context.ts';
import { CUDA_100, CUDNN } from '../../support/cuda-index.ts';
import { buildDeb } from '../../support/deb.ts';
import { packagesText, type PackageRow } from '../../support/index.ts';
import { validatorFor } from '../../support/schema.ts';
import { tempDir } from '../../support/temp-dir.ts';

const ROWS = CUDA_100.map((row): PackageRow => {
  const member = { path: `./usr/local/cuda-10.0/lib64/lib${row.name}.so.1`, content: row.name };
  return { ...row, deb: buildDeb({ control: { Package: row.name }, members: [member], compression: 'gz' }) };
});
const SOURCE = 'nvidia-cuda-ubuntu1804';

let server: TestServer;
let key: TestKey;
let dir: string;
beforeAll(async () => {
  [key, server] = await Promise.all([makeKey(), serve()]);
  await publishFlat(server, '/cuda/', packagesText(ROWS), key);
  await publishFlat(server, '/ml/', packagesText(CUDNN), key);
  for (const { name, version, deb } of ROWS) server.files.set(`/cuda/${name}_${version}_amd64.deb`, deb!);
});
afterAll(() => server.close());
beforeEach(() => {
  dir = tempDir();
  mkdirSync(join(dir, 'config/apt-sources'), { recursive: true });
  for (const kind of ['cuda', 'ml'])
    writeFileSync(
      join(dir, `config/apt-sources/nvidia-${kind}-ubuntu1804.sources`),
      `Types: deb\nURIs: ${server.url}/${kind}/\nSuites: /\nArchitectures: amd64\nSigned-By: ${key.fingerprint}\nX-Key-URIs: ${server.url}/cuda/key.pub\n`,
    );
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
    server.requests.length = 0;
    await expect(run(['create', 'cuda@10.0'], { ...CREATE, acceptLicense: false })).rejects.toMatchObject({
      code: 'licence-not-accepted',
    });
    expect(server.requests.filter(({ path }) => path.endsWith('.deb'))).toEqual([]);
  });

  it('create says where it cannot write, before it fetches', async () => {
    server.requests.length = 0;
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
