import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProgram, searchProgram } from '../../../src/base/processes/find-program.ts';
import { tempDir } from '../../support/temp-dir.ts';

function folders(): { first: string; second: string } {
  const root = tempDir();
  const made = { first: join(root, 'first'), second: join(root, 'second') };
  for (const folder of Object.values(made)) mkdirSync(folder);
  return made;
}

const program = (path: string): void => writeFileSync(path, '#!/bin/sh\n', { mode: 0o755 });

describe('findProgram', () => {
  it('gives the first on PATH, links included', async () => {
    const { first, second } = folders();
    program(join(second, 'make'));
    expect(await findProgram('make', { PATH: `${first}:${second}` })).toBe(join(second, 'make'));
    symlinkSync(join(second, 'make'), join(first, 'make'));
    expect(await findProgram('make', { PATH: `${first}:${second}` })).toBe(join(first, 'make'));
  });

  it('takes neither a folder nor a file that may not be executed for a program', async () => {
    const { first, second } = folders();
    mkdirSync(join(first, 'make'));
    writeFileSync(join(first, 'g++'), '', { mode: 0o644 });
    expect(await findProgram('make', { PATH: first })).toBeNull();
    expect(await findProgram('g++', { PATH: first })).toBeNull();
    program(join(second, 'g++'));
    expect(await findProgram('g++', { PATH: `${first}:${second}` })).toBe(join(second, 'g++'));
  });

  it('does not look where the caller stands, nor without a PATH', async () => {
    expect(await findProgram('sh', { PATH: ':bin:.:../bin' })).toBeNull();
    expect(await findProgram('sh', {})).toBeNull();
    expect(await findProgram('sh', { PATH: '/etc/passwd:\0:/nowhere' })).toBeNull();
  });
});

it('searchProgram names what is there and cannot be executed', () => {
  const { first, second } = folders();
  mkdirSync(join(first, 'nvcc'));
  expect(searchProgram('nvcc', [first, second])).toEqual({ found: null, refused: join(first, 'nvcc') });
  program(join(second, 'nvcc'));
  expect(searchProgram('nvcc', [first, second]).found).toBe(join(second, 'nvcc'));
});
