import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostCompilerOf } from '../../../src/prefix/use/host-compiler.ts';
import { installFake } from '../../support/prefix.ts';
import { tempDir } from '../../support/temp-dir.ts';

describe('hostCompilerOf', () => {
  it('gives the compiler that nvcc would take, whatever the caller set for nvcc', async () => {
    const folder = tempDir();
    const prefix = await installFake(join(folder, 'home'), 'cuda10');
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'g++-7'), '#!/bin/sh\n', { mode: 0o755 });
    expect(await hostCompilerOf(prefix, { PATH: bin })).toEqual({ state: 'found', path: join(bin, 'g++-7') });
  });

  it('gives the reason and the way out where there is none', async () => {
    const folder = tempDir();
    const prefix = await installFake(join(folder, 'home'), 'cuda10');
    mkdirSync(join(folder, 'empty'));
    const found = await hostCompilerOf(prefix, { PATH: join(folder, 'empty') });
    expect(found).toMatchObject({
      state: 'none',
      why: expect.stringContaining('CUDA 10.0 takes gcc up to 7'),
    });
    expect(found).toHaveProperty('hint', expect.stringMatching(/./));
  });

  it('does not apply to a prefix without nvcc', async () => {
    expect(await hostCompilerOf(tempDir(), {})).toEqual({ state: 'not-applicable' });
  });
});
