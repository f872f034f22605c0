/**
 * kill -9 at random moments of mending a prefix whose files, store and cache are damaged: after each, the prefix in use is
 * the damaged one or a whole one, nothing that is visible is half-made, and the first run that is left alone mends it.
 * GPU_SETUP_KILLS sets how many, GPU_SETUP_SEED which.
 */
import { readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleFixture } from '../../support/bundle-fixture.ts';
import { flawsOf } from '../../support/home-is-whole.ts';
import { MovingRepository, packages } from '../../support/locked.ts';
import { randomFrom } from '../../../src/darknet/data/random.ts';
import { rot } from '../../support/rot.ts';
import { sharedTempDir } from '../../support/temp-dir.ts';
import { untilKilled } from '../../support/until-killed.ts';

const KILLS = Number(process.env['GPU_SETUP_KILLS'] ?? 8);
const SEED = Number(process.env['GPU_SETUP_SEED'] ?? Date.now() % 1_000_000);
const NAME = 'cuda9';

const program = join(sharedTempDir(), 'repair.mjs');
const repository = new MovingRepository();
beforeAll(() => bundleFixture(new URL('repair-fixture.ts', import.meta.url), program), 120_000);

describe(`mending that is killed (${KILLS} times, GPU_SETUP_SEED=${SEED})`, () => {
  it(
    'leaves the damaged prefix or a whole one, and the next run goes on',
    async () => {
      await repository.publish(packages());
      const { dir, install } = repository.machine();
      await install({ name: NAME });
      const next = randomFrom(SEED);
      const current = (): string =>
        readlinkSync(join(dir, 'home/prefixes', NAME))
          .split('/')
          .at(-1)!;
      let kills = 0;
      let most = 120;
      while (kills < KILLS) {
        const damaged = current();
        const at = (path: string): string => join(dir, 'home/generations', damaged, path);
        rot(at('lib64/libcuda-cudart-9-0.so.1'));
        rmSync(at('lib64/libcuda-cufft-9-0.so.1'));
        writeFileSync(at('mine.txt'), 'mine');
        const cache = join(dir, 'cache/apt/packages');
        for (const name of readdirSync(cache)) if (name.endsWith('.deb')) rot(join(cache, name));
        for (let tries = 0, done = false; !done; tries++) {
          const alone = kills >= KILLS || tries >= 4;
          const moment = alone ? -1 : Math.floor(next() * most);
          const changes = await untilKilled(program, [dir, NAME, String(moment)]);
          if (changes === null) kills++;
          else if (alone) most = Math.max(20, changes);
          done = changes !== null;
          const flaws = (await flawsOf(join(dir, 'home'))).filter(
            // What was damaged stays as it was, for whoever uses it; what somebody added is in no manifest.
            (flaw) =>
              !/^generations\/.* is (?:missing|changed)$/.test(flaw) || flaw.includes(`/${current()}/`),
          );
          const rest = flaws.filter((flaw) => !flaw.endsWith('/mine.txt is added'));
          const what = `kill ${kills} before change ${moment}`;
          if (current() !== damaged) expect(rest, what).toEqual([]);
          else
            expect(
              rest.filter(
                (flaw) => !flaw.startsWith(`generations/${damaged}/`) && !flaw.startsWith('store/'),
              ),
              what,
            ).toEqual([]);
        }
        expect(current()).not.toBe(damaged);
        expect(readFileSync(join(dir, 'home/prefixes', NAME, 'mine.txt'), 'utf8')).toBe('mine');
      }
    },
    60_000 + KILLS * 15_000,
  );
});
