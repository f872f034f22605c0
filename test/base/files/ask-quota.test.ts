/** A quota is asked once per file system, in one language, and never waited for or failed on. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { WorkEvent } from '../../../src/base/events.ts';
import { askQuotas } from '../../../src/base/files/ask-quota.ts';
import { answering, fakeQuota } from '../../support/fake-quota.ts';
import { tempDir } from '../../support/temp-dir.ts';

afterEach(() => vi.unstubAllEnvs());

const asked = async (folders: readonly string[]): Promise<{ quotas: unknown; said: WorkEvent[] }> => {
  const said: WorkEvent[] = [];
  return { quotas: await askQuotas(folders, (event) => said.push(event)), said };
};

describe('askQuotas', () => {
  it('asks once about two folders of one file system, by its mount point, whatever the exit code', async () => {
    const dir = tempDir();
    const calls = fakeQuota(`${answering('4 0 8 0 1 0 0 0')}; exit 1`);
    const { quotas, said } = await asked([join(dir, 'not/there/yet'), join(dir, 'cache')]);
    const free = { soft: null, graceEndsAt: null };
    expect(quotas).toEqual(
      new Map([
        [
          statSync(dir).dev,
          { bytes: { ...free, used: 4096, hard: 8192 }, files: { ...free, used: 1, hard: null } },
        ],
      ]),
    );
    expect(said).toEqual([]);
    const [line, ...more] = readFileSync(calls, 'utf8').trim().split('\n');
    expect(more).toEqual([]);
    const [, point] = /^C -u -v -w -p -A --show-mntpoint --hide-device -f (\/.*)$/.exec(line!)!;
    expect(statSync(point!).dev).toBe(statSync(dir).dev);
  });
  it('is told of no quota by a system that has none, and says nothing', async () => {
    fakeQuota('echo "quota: Mountpoint (or device) $point not found or has no quota enabled." >&2; exit 1');
    expect(await asked([tempDir()])).toEqual({ quotas: new Map(), said: [] });
  });
  it('says nothing where there is no such program', async () => {
    vi.stubEnv('PATH', tempDir());
    expect(await asked([tempDir()])).toEqual({ quotas: new Map(), said: [] });
  });
  it.each([
    ['an answer of another form', 'head -c 100000 /dev/zero'],
    [
      'quota: error while getting quota from server: Connection refused',
      'echo "quota: error while getting quota from server: Connection refused" >&2; exit 1',
    ],
    ['an answer of another form', 'kill -9 $$'],
  ])('has only a detail to tell where it does not know: %s', async (why, script) => {
    fakeQuota(script);
    const { quotas, said } = await asked([tempDir()]);
    expect(quotas).toEqual(new Map());
    expect(said).toMatchObject([
      { type: 'notice', level: 'detail', text: expect.stringContaining(`: ${why}`) as string },
    ]);
  });
  it('does not wait for a server that hangs, nor for what the program has started', async () => {
    fakeQuota('trap "" TERM; sleep 8');
    const began = performance.now();
    const { quotas, said } = await asked([tempDir()]);
    expect(performance.now() - began).toBeLessThan(5000);
    expect(quotas).toEqual(new Map());
    expect(said).toMatchObject([
      { level: 'detail', text: expect.stringContaining('no answer within 2 s') as string },
    ]);
  });
});
