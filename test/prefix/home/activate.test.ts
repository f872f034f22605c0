import { mkdirSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as generations from '../../../src/prefix/home/activate.ts';
import { lockHome } from '../../../src/prefix/home/home-lock.ts';
import { silent } from '../../../src/base/events.ts';
import { tempDir } from '../../support/temp-dir.ts';

function home(...generations: string[]): string {
  const folder = tempDir();
  for (const one of generations) mkdirSync(join(folder, 'generations', one), { recursive: true });
  return folder;
}

const { generationsOf } = generations;

async function activate(where: string, name: string, generation: string): Promise<void> {
  const lock = await lockHome(where, { what: 'install', emit: silent });
  try {
    await generations.activate(where, name, generation, lock);
  } finally {
    await lock.release();
  }
}

describe('activate', () => {
  it('makes the link, and swaps it for a newer generation; the older one stays', async () => {
    const where = home('cuda10-1', 'cuda10-2');
    await activate(where, 'cuda10', 'cuda10-1');
    expect(readlinkSync(join(where, 'prefixes/cuda10'))).toBe('../generations/cuda10-1');
    await activate(where, 'cuda10', 'cuda10-2');
    expect(readlinkSync(join(where, 'prefixes/cuda10'))).toBe('../generations/cuda10-2');
    expect(readdirSync(join(where, 'prefixes'))).toEqual(['cuda10']);
    expect(readdirSync(join(where, 'generations'))).toEqual(['cuda10-1', 'cuda10-2']);
  });

  it('touches nothing that it did not make', async () => {
    const where = home('cuda10-1');
    mkdirSync(join(where, 'prefixes/cuda10/mine'), { recursive: true });
    await expect(activate(where, 'cuda10', 'cuda10-1')).rejects.toMatchObject({ code: 'prefix-in-the-way' });
    expect(readdirSync(join(where, 'prefixes/cuda10'))).toEqual(['mine']);
  });
});

it('generationsOf tells the generations of cuda11 from those of a prefix named cuda11-2', async () => {
  const where = home('cuda11-1', 'cuda11-2', 'cuda11-2-1', 'cuda11-2-x', 'cuda110-1');
  expect((await generationsOf(where, 'cuda11')).sort()).toEqual(['cuda11-1', 'cuda11-2']);
  expect(await generationsOf(where, 'cuda11-2')).toEqual(['cuda11-2-1']);
  expect(await generationsOf(join(where, 'nowhere'), 'cuda11')).toEqual([]);
});
