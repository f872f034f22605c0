/** The processes that can ask a library: python3 of this machine, and Bun, as the executable has it. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { hasPrograms } from '../has-programs.ts';

const path = (from: string): string => fileURLToPath(new URL(`../../../${from}`, import.meta.url));
const BUN = path('node_modules/@oven/bun-linux-x64-baseline/bin/bun');
const IN_BUN = `import { runLibraryChild } from ${JSON.stringify(path('src/machine/native/child.ts'))};
process.exitCode = await runLibraryChild();`;

export const CHILDREN: readonly (readonly [name: string, argv: readonly string[], isHere: boolean])[] = [
  [
    'python3',
    ['python3', '-I', '-S', '-B', '-c', readFileSync(path('src/machine/native/python/child.py'), 'utf8')],
    hasPrograms('python3'),
  ],
  ['Bun', [BUN, '-e', IN_BUN], existsSync(BUN)],
];
