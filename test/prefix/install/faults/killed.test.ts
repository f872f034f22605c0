/**
 * kill -9 at random moments of installs, one after the other in the same home, as on a machine whose power fails again and
 * again: after each, whatever is visible is whole and nothing lies outside; what was found right is not fetched again; and
 * the first install that is left alone completes. A moment is before a change to the disk, so all of them are met sooner
 * or later, the shortest too. GPU_SETUP_KILLS sets how many, GPU_SETUP_SEED which.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleFixture } from '../../../support/bundle-fixture.ts';
import { flawsOf } from '../../../support/home-is-whole.ts';
import { randomFrom } from '../../../../src/darknet/data/random.ts';
import { NVCC, PACKAGES, request, SmallToolkit } from '../../../support/small-toolkit.ts';
import { sharedTempDir, tempDir } from '../../../support/temp-dir.ts';
import { untilKilled } from '../../../support/until-killed.ts';

const KILLS = Number(process.env['GPU_SETUP_KILLS'] ?? 10);
const SEED = Number(process.env['GPU_SETUP_SEED'] ?? Date.now() % 1_000_000);

const dir = sharedTempDir();
const program = join(dir, 'install.mjs');
const kit = new SmallToolkit();

beforeAll(() => bundleFixture(new URL('install-fixture.ts', import.meta.url), program), 120_000);

const wish = {
  packages: { ...PACKAGES, ...NVCC },
  request: request({ components: ['compiler', 'libraries'] }),
};

describe(`an install that is killed (${KILLS} times, GPU_SETUP_SEED=${SEED})`, () => {
  it(
    'leaves nothing half-made in sight, and the next one goes on',
    async () => {
      const next = randomFrom(SEED);
      const outside = tempDir();
      let kills = 0;
      let most = 150;
      for (let round = 0; kills < KILLS; round++) {
        const planNow = kit.plans({ ...wish, request: { ...wish.request, name: `cuda-${round}` } });
        for (let done = false; !done;) {
          const plan = join(outside, 'plan.json');
          writeFileSync(plan, JSON.stringify(await planNow()));
          // Every fifth one is left alone, so that the next round begins with a home that is full already.
          const alone = kills >= KILLS || (kills + round) % 5 === 4;
          const moment = alone ? -1 : Math.floor(next() * most);
          const changes = await untilKilled(program, [
            plan,
            kit.folder,
            join(kit.folder, 'cache'),
            String(moment),
          ]);
          const what = `kill ${kills} before change ${moment}`;
          if (changes === null) kills++;
          else if (alone) most = Math.max(20, changes);
          done = changes !== null;
          expect(await flawsOf(kit.home()), what).toEqual([]);
          expect(readdirSync(kit.folder).sort(), what).toEqual(['cache', 'home']);
        }
        expect(await kit.names('prefixes')).toContain(`cuda-${round}`);
        // Of one that was killed when its prefix was there already, the staged packages wait for the next install or prune.
        expect(['payloads', 'release-dates', 'staging']).toEqual(
          expect.arrayContaining(await kit.names('state')),
        );
      }
      // Each package came whole once; a transfer that was cut short may be asked for again.
      const each = Object.keys(wish.packages).map((name) =>
        kit.requests.filter((path) => path.startsWith(`${name}.`)),
      );
      for (const asked of each) expect(asked.length).toBeLessThanOrEqual(1 + kills);
    },
    60_000 + KILLS * 8000,
  );
});
