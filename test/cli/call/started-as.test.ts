import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startedAs, takeTypedName } from '../../../src/cli/call/started-as.ts';
import { tempDir } from '../../support/temp-dir.ts';

function installed(folder = tempDir()): { program: string; bin: string } {
  const [program, bin] = [join(folder, 'gpu-setup'), join(folder, 'bin')];
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
  mkdirSync(bin);
  symlinkSync(program, join(bin, 'gpu-setup'));
  return { program, bin };
}

describe('the name that the program was started by', () => {
  it('is what was typed: a path that leads there from here', () => {
    expect(startedAs('./gpu-setup', '/usr/bin:/bin')).toBe('./gpu-setup');
    expect(startedAs('../tools/gpu-setup', undefined)).toBe('../tools/gpu-setup');
  });

  it('is the bare one where PATH leads to the same file, and only there', () => {
    const { program, bin } = installed();
    expect(startedAs(program, `/usr/bin:${bin}`)).toBe('gpu-setup');
    expect(startedAs(join(bin, 'gpu-setup'), bin)).toBe('gpu-setup');
    expect(startedAs(program, `${installed().bin}:${bin}`)).toBe(program);
    expect(startedAs('gpu-setup-linux-x64', '/usr/bin')).toBe('gpu-setup-linux-x64');
  });

  it('is a word of a shell', () => {
    expect(startedAs('/my tools/gpu-setup', '/usr/bin')).toBe("'/my tools/gpu-setup'");
  });

  it('is its own where nobody says: npm and a runtime give the path of a script', () => {
    expect(startedAs(null, '/usr/bin')).toBe('gpu-setup');
  });

  it('is told by the launcher, to this process alone', () => {
    const env = { GPU_SETUP_LAUNCH_NAME: './gpu-setup' };
    expect(takeTypedName(env)).toBe('./gpu-setup');
    expect(env).toEqual({});
    expect(takeTypedName({})).toBeNull();
  });
});
