/** ./gpu-setup and Bun: what it knows of the package that package-lock.json pins. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT, textOf } from '../../support/source-text.ts';

const bun = join(ROOT, 'node_modules/@oven/bun-linux-x64-baseline/bin/bun');
const isThere = existsSync(bun);

it.skipIf(!isThere)(
  `takes the size of Bun for what it is${isThere ? '' : ' (needs the Bun package, x86-64)'}`,
  () => {
    const size = /^BUN_SIZE=(\d+)$/m.exec(textOf('scripts/launcher/bun.sh'))?.[1];
    expect(Number(size)).toBe(statSync(bun).size);
  },
);
