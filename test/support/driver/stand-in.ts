/** The driver's libraries of the tests, compiled where gcc is there. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasPrograms } from '../has-programs.ts';

const SOURCES = fileURLToPath(new URL('.', import.meta.url));

export const canCompile = hasPrograms('gcc');

/** @returns path of the library */
export function compiled(folder: string, name: 'libcuda' | 'libnvidia-ml', ...flags: string[]): string {
  const library = join(folder, `${name}.so.1`);
  execFileSync('gcc', ['-shared', '-fPIC', ...flags, '-o', library, join(SOURCES, `${name}.c`)]);
  return library;
}
