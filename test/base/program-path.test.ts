import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProgram } from '../../src/base/program-path.ts';
import { tempDir } from '../support/temp-dir.ts';

function bin(folder: string, name: string, mode = 0o755): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, mode);
  return path;
}

describe('findProgram', () => {
  it('takes the first of PATH that may be executed, links to it included', async () => {
    const dir = tempDir();
    bin(join(dir, 'a'), 'tool', 0o644);
    const real = bin(join(dir, 'c'), 'real');
    mkdirSync(join(dir, 'b'));
    symlinkSync(real, join(dir, 'b/tool'));
    bin(join(dir, 'c'), 'tool');
    const env = { PATH: ['a', 'b', 'c'].map((name) => join(dir, name)).join(':') };
    expect(await findProgram('tool', env)).toBe(join(dir, 'b/tool'));
  });

  it('takes no folder of that name for a program', async () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'a/make'), { recursive: true });
    expect(await findProgram('make', { PATH: join(dir, 'a') })).toBeNull();
  });

  it('passes over relative folders: they are whatever folder the caller stands in', async () => {
    const dir = tempDir();
    bin(dir, 'tool');
    for (const PATH of ['', '.', '::', 'bin', undefined]) {
      expect(await findProgram('tool', { PATH }), String(PATH)).toBeNull();
    }
    expect(await findProgram('tool', { PATH: `.:${dir}` })).toBe(join(dir, 'tool'));
  });
});
