import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseManifest } from '../../../src/machine/records/read-prefix-manifest.ts';
import { writeManifest } from '../../../src/prefix/home/manifest.ts';
import { prefixInfo, writeTree } from '../../support/prefix.ts';
import { tempDir } from '../../support/temp-dir.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

it('records every entry: known digests of packages, own ones of what was written here, and not itself', async () => {
  const root = tempDir();
  writeTree(root, {
    'bin/nvcc': 'script',
    'lib64/liba.so.1': 'library',
    'lib64/liba.so': { link: 'liba.so.1' },
    '.gpu-setup/lock.json': '{}',
  });
  const known = 'd'.repeat(64);
  const written = await writeManifest(root, {
    prefix: prefixInfo('/home', 'cuda10'),
    members: new Map([
      ['bin/nvcc', { from: 'cuda-nvcc', sha256: known }],
      ['lib64/liba.so.1', { from: 'liba', sha256: known }],
      ['lib64/liba.so', { from: 'liba-dev' }],
    ]),
    relocated: ['bin/nvcc'],
    dropped: ['liba: etc/x -> why'],
    licences: [],
  });
  expect(parseManifest(readFileSync(join(root, '.gpu-setup/manifest.json'), 'utf8'))).toEqual(written);
  expect(written.entries).toEqual([
    { path: '.gpu-setup', type: 'dir' },
    { path: '.gpu-setup/lock.json', type: 'file', mode: 0o444, size: 2, sha256: sha256('{}'), from: null },
    { path: 'bin', type: 'dir' },
    { path: 'bin/nvcc', type: 'file', mode: 0o555, size: 6, sha256: sha256('script'), from: null },
    { path: 'lib64', type: 'dir' },
    { path: 'lib64/liba.so', type: 'link', target: 'liba.so.1', from: 'liba-dev' },
    { path: 'lib64/liba.so.1', type: 'file', mode: 0o444, size: 7, sha256: known, from: 'liba' },
  ]);
});
