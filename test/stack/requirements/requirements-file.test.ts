import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wantedOfFile } from '../../../src/stack/requirements/wanted-of-file.ts';
import { sharedTempDir } from '../../support/temp-dir.ts';

const dir = sharedTempDir();
const TARGET = { python: null, architecture: 'x86_64' };

const read = (name: string, text?: string | Buffer): ReturnType<typeof wantedOfFile> => {
  if (text !== undefined) writeFileSync(join(dir, name), text);
  return wantedOfFile(name, dir, TARGET);
};

describe('a file of requirements', () => {
  it('is read with what it names, relative to itself', async () => {
    mkdirSync(join(dir, 'sub'));
    writeFileSync(join(dir, 'sub', 'base.txt'), 'torch<2.5\n');
    const { wanted } = await read('sub/all.txt', '-r base.txt\ntorch>=2.1\n');
    expect(wanted).toMatchObject([{ name: 'torch', from: 'sub/all.txt: line 2; sub/base.txt: line 1' }]);
    expect(wanted[0]!.version!.split(',').sort()).toEqual(['<2.5', '>=2.1']);
  });

  it.each([
    ['binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2]), 'binary'],
    ['no UTF-8', Buffer.from([0x74, 0xff, 0xfe, 0x0a]), 'UTF-8'],
    ['huge', Buffer.alloc(5 << 20, 'numpy\n'), 'larger than 4 MiB'],
    ['empty', '', 'is empty'],
  ])('that is %s is refused', async (_what, text, message) => {
    await expect(read('bad.txt', text)).rejects.toMatchObject({
      code: 'bad-requirements',
      exitCode: 2,
      message: expect.stringContaining(message) as string,
    });
  });

  it('that is a folder, a device or not there is refused', async () => {
    await expect(read('.')).rejects.toMatchObject({ code: 'bad-requirements' });
    await expect(read('/dev/zero')).rejects.toMatchObject({ code: 'bad-requirements' });
    await expect(read('gone.txt')).rejects.toMatchObject({ code: 'requirements-unreadable', exitCode: 1 });
  });

  it('that asks for nothing with a GPU says so', async () => {
    await expect(read('plain.txt', 'numpy\nrequests\n')).rejects.toMatchObject({
      code: 'requirements-without-gpu',
      exitCode: 2,
    });
  });

  it('that contradicts itself is refused, with both places', async () => {
    await expect(read('two.txt', 'tensorflow==2.4\nnumpy\ntensorflow>=2.10\n')).rejects.toMatchObject({
      code: 'requirements-contradict',
      message: expect.stringMatching(/two\.txt: line 1.*two\.txt: line 3/) as string,
    });
  });

  it('that asks for a version that no table has names the nearest', async () => {
    await expect(read('new.txt', 'tensorflow==1.99\n')).rejects.toMatchObject({
      code: 'unknown-version',
      exitCode: 2,
      hints: expect.arrayContaining([expect.stringMatching(/^nearest: tensorflow@/)]) as string[],
    });
  });
});
