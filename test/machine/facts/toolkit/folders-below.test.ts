import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { present, unknown } from '../../../../src/machine/answer.ts';
import { foldersBelow } from '../../../../src/machine/facts/toolkit/folders-below.ts';
import { liveMachine } from '../../../../src/machine/kinds/live.ts';
import { sharedTempDir } from '../../../support/temp-dir.ts';

const root = sharedTempDir();
const WANTED = ['lib64', 'lib', 'targets/x86_64-linux/lib'];

describe('the folders of a toolkit', () => {
  it('are those that its root names, in the order that is asked for', async () => {
    for (const name of ['targets', 'lib64', 'doc']) mkdirSync(join(root, name));
    const folders = await foldersBelow(liveMachine(), root, WANTED);
    expect(folders).toEqual([join(root, 'lib64'), join(root, 'targets/x86_64-linux/lib')]);
  });

  it('may all be there where the root could not be read, or a part of it was', async () => {
    const all = WANTED.map((folder) => `/cuda/${folder}`);
    const from = { kind: 'dir', name: '/cuda' } as const;
    for (const answer of [
      unknown('not-permitted', 'permission denied', from),
      present({ entries: ['lib'], complete: false }, from),
    ]) {
      const machine = { ...liveMachine(), listDir: async () => answer };
      expect(await foldersBelow(machine, '/cuda', WANTED)).toEqual(all);
    }
  });
});
