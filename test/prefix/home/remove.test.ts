import { chmodSync, existsSync, linkSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silent } from '../../../src/base/events.ts';
import { findOwnPrefix } from '../../../src/prefix/home/prefixes.ts';
import { removePrefix } from '../../../src/prefix/home/remove.ts';
import { installFake } from '../../support/prefix.ts';
import { tempDir } from '../../support/temp-dir.ts';

describe('removePrefix', () => {
  it('takes the name and every generation of it, and nothing of others', async () => {
    const home = tempDir();
    await installFake(home, 'cuda11', { generation: 1 });
    await installFake(home, 'cuda11', { generation: 2 });
    await installFake(home, 'cuda11-2');
    const place = await findOwnPrefix({ home }, 'cuda11', home);
    const removed = await removePrefix(place, { emit: silent });
    expect([...removed.generations].sort()).toEqual(['cuda11-1', 'cuda11-2']);
    expect(removed.bytesFreed).toBeGreaterThan(0);
    expect(readdirSync(join(home, 'prefixes'))).toEqual(['cuda11-2']);
    expect(readdirSync(join(home, 'generations'))).toEqual(['cuda11-2-1']);
    expect(existsSync(join(home, 'state/lock'))).toBe(false);
  });

  it('does not count as freed what the store holds too', async () => {
    const home = tempDir();
    const big = { tree: { 'lib64/liba.so': 'x'.repeat(1 << 20) } };
    const path = await installFake(home, 'a', big);
    await installFake(home, 'b', big);
    mkdirSync(join(home, 'store'));
    linkSync(join(path, 'lib64/liba.so'), join(home, 'store/liba'));
    const freed = async (name: string): Promise<number> =>
      (await removePrefix(await findOwnPrefix({ home }, name, home), { emit: silent })).bytesFreed;
    expect(await freed('a')).toBeLessThan(1 << 20);
    expect(await freed('b')).toBeGreaterThanOrEqual(1 << 20);
  });

  it('removes folders that were made read-only, and a prefix whose generation is gone', async () => {
    const home = tempDir();
    const path = await installFake(home, 'cuda10');
    chmodSync(join(path, 'include/crt'), 0o555);
    await removePrefix(await findOwnPrefix({ home }, 'cuda10', home), { emit: silent });
    await installFake(home, 'gone');
    rmSync(join(home, 'generations/gone-1'), { recursive: true });
    await removePrefix(await findOwnPrefix({ home }, 'gone', home), { emit: silent });
    expect(readdirSync(join(home, 'prefixes'))).toEqual([]);
  });
});
