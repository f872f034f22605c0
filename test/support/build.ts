/** A small build in a home: what `build` leaves. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildRecord } from '../../src/machine/records/build-record.ts';
import { silent } from '../../src/base/events.ts';
import { lockHome } from '../../src/prefix/home/home-lock.ts';
import { publishBuild, stageBuild } from '../../src/prefix/home/builds.ts';

export async function fakeBuild(
  home: string,
  recipe: string,
  more: Partial<Omit<BuildRecord, 'program' | 'recipe'>> = {},
): Promise<BuildRecord> {
  mkdirSync(join(home, 'state'), { recursive: true });
  const stage = await stageBuild(home, recipe);
  writeFileSync(join(stage, recipe), '#!/bin/sh\n', { mode: 0o755 });
  const lock = await lockHome(home, { what: `build ${recipe}`, emit: silent });
  const record = await publishBuild(
    home,
    stage,
    {
      schema: 'gpu-setup/build@1',
      recipe,
      program: { path: join(stage, recipe), sha256: 'a'.repeat(64) },
      builtAt: '2024-05-01T10:00:00.000Z',
      seconds: 12,
      source: {
        kind: 'git',
        id: 'alexeyab',
        title: 'Sources',
        version: '1',
        sha256: 'b'.repeat(64),
        lacks: null,
        passedOver: [],
      },
      prefix: null,
      gpu: { asked: [], assumed: false, machineCode: [], ptx: [] },
      compiler: null,
      cpu: { avx: false, avx2: false, fma: false, sse4a: false },
      libraries: [],
      details: null,
      request: 'c'.repeat(64),
      ...more,
    },
    lock,
  );
  await lock.release();
  return record;
}

/** Against a prefix of this home. */
export function against(home: string, name: string): { prefix: BuildRecord['prefix'] } {
  return {
    prefix: {
      name,
      path: join(home, 'prefixes', name),
      generation: `${name}-1`,
      cuda: '10.0.130',
      cudnn: null,
    },
  };
}
