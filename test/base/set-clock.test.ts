import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clockHint } from '../../src/base/set-clock.ts';
import { tempDir } from '../support/temp-dir.ts';

async function system(...files: [string, string][]): Promise<{ root: string; isRoot: boolean }> {
  const root = `${tempDir()}/`;
  for (const [path, content] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return { root, isRoot: false };
}

const then = new Date('2026-07-11T10:16:37Z');

describe('how to set the clock', () => {
  it('is one command of this system', async () => {
    expect(clockHint(then, await system(['run/systemd/system/x', '']))).toBe(
      'set the clock: sudo timedatectl set-ntp true',
    );
    expect(
      clockHint(then, await system(['proc/sys/kernel/osrelease', '5.15.0-microsoft-standard-WSL2'])),
    ).toBe('set the clock: sudo hwclock -s');
    expect(clockHint(then, await system())).toBe(
      "set the clock: sudo date -u -s '2026-07-11 10:16' (or later)",
    );
    expect(clockHint(null, { ...(await system()), isRoot: true })).toBe(
      "set the clock: date -u -s 'YYYY-MM-DD hh:mm'",
    );
  });

  it('is a matter of the host inside a container', async () => {
    expect(clockHint(then, await system(['run/.containerenv', '']))).toMatch(
      /machine that runs this container/,
    );
  });
});
