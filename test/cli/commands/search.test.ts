import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadSources } from '../../../src/apt/sources/sources.ts';
import { hostArchitecture } from '../../../src/base/architecture.ts';
import { command as search } from '../../../src/cli/commands/search.ts';
import { makeKey, publishFlat, serve, type TestKey, type TestServer } from '../../apt/repository.ts';
import { commandContext } from '../../support/context.ts';
import { CUDA_134 } from '../../support/cuda-index.ts';
import { packagesText } from '../../support/index.ts';
import { validatorFor } from '../../support/schema.ts';
import { tempDir } from '../../support/temp-dir.ts';

const validate = validatorFor('search');
const architecture = hostArchitecture();
let server: TestServer;
let key: TestKey;
beforeAll(async () => {
  [key, server] = await Promise.all([makeKey(), serve()]);
  const rows = CUDA_134.map((row) => ({ ...row, architecture }));
  await publishFlat(server, '/new/', packagesText(rows), key);
});
afterAll(() => server.close());

it('gives a document of its schema, and 1 where nothing was found in what could be read', async () => {
  const dir = tempDir();
  mkdirSync(join(dir, 'config/apt-sources'), { recursive: true });
  const write = (id: string, base: string, enabled: string): void =>
    writeFileSync(
      join(dir, 'config/apt-sources', `${id}.sources`),
      `Types: deb\nURIs: ${base}\nSuites: /\nArchitectures: ${architecture}\nSigned-By: ${key.fingerprint}\nX-Key-URIs: ${base}key.pub\nX-Packaging: nvidia\nEnabled: ${enabled}\n`,
    );
  for (const id of (await loadSources('/nonexistent')).keys()) write(id, 'http://127.0.0.1:1/', 'no');
  write('our-mirror', `${server.url}/new/`, 'yes');
  write('our-other', 'http://127.0.0.1:1/', 'yes');
  const context = commandContext(dir);
  const found = await search.run(['cuda@13'], {}, context);
  expect(validate(found.json), JSON.stringify(validate.errors)).toBe(true);
  expect(found.exitCode).toBe(0);
  expect(found.text!(context.stdout)).toMatch(/^CUDA 13\.4\.92 \(13\.4\.2\)\n {2}from {3}our-mirror\n/);
  const none = await search.run(['cuda@12.9'], {}, context);
  expect(validate(none.json), JSON.stringify(validate.errors)).toBe(true);
  expect(none.json).toMatchObject({ releases: [], failures: [{ sources: ['our-other'] }] });
  expect(none.exitCode).toBe(1);
  expect(none.hints).toHaveLength(1);
});
