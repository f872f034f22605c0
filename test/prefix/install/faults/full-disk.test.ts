/**
 * A disk that fills up, or refuses, at any moment of an install: at each kind of change that one makes, of each kind of
 * file, the system says no. Nothing half-made is visible then, the error says what to do, and the next run goes on.
 */
import { readdirSync, rmSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { GpuSetupError } from '../../../../src/base/errors.ts';
import { asGpuSetupError } from '../../../../src/cli/call/failure.ts';
import { lookAtChanges, type Change } from '../../../support/disk-changes.ts';
import { flawsOf } from '../../../support/home-is-whole.ts';
import { NVCC, PACKAGES, request, SmallToolkit } from '../../../support/small-toolkit.ts';

const kit = new SmallToolkit();
const wish = {
  packages: { ...PACKAGES, ...NVCC },
  request: request({ components: ['compiler', 'libraries'] }),
};
let restore = (): void => {};
afterEach(() => restore());

/** Of the kinds of change, every one where it is asked for, else one of so many: each takes two installs. */
function some<T>(all: readonly T[], step: number, offset: number): T[] {
  return process.env['GPU_SETUP_FAULTS'] === 'all' ? [...all] : all.filter((_, at) => at % step === offset);
}

/** All changes of one install, in order. */
async function changesOfInstall(): Promise<Change[]> {
  const changes: Change[] = [];
  restore = await lookAtChanges(kit.folder, (change) => {
    changes.push(change);
    return null;
  });
  await kit.install(wish);
  restore();
  return changes;
}

/** "rename home/generations/NAME": names that differ from run to run, or from file to file, stand for one. */
const kindOf = ({ call, path }: Change): string =>
  `${call} ${path
    .slice(kit.folder.length + 1)
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{64}\b/g, 'ID')
    .replace(/\.new-[\w.-]+|\b[0-9a-f]{8,12}\b/g, 'NEW')
    .replace(/\d{3,}/g, 'N')
    .replace(/(generations\/NEW\/).+/, '$1FILE')
    .replace(/(home\/state\/lock)\.ID.*/, '$1.ID')}`;

async function outcome(): Promise<unknown> {
  return kit.install(wish).then(
    () => null,
    (error: unknown) => error,
  );
}

function startOver(): void {
  for (const name of readdirSync(kit.folder)) rmSync(`${kit.folder}/${name}`, { recursive: true });
  kit.requests.length = 0;
}

/** What must hold after a fault, and that the next run needs nothing again that was found right. */
async function judgeAfter(what: string): Promise<void> {
  expect(await flawsOf(kit.home()), what).toEqual([]);
  expect(
    readdirSync(kit.folder).filter((name) => !['home', 'cache'].includes(name)),
    what,
  ).toEqual([]);
  const before = kit.requests.length;
  const done = await kit.install(wish);
  expect(['installed', 'unchanged'], what).toContain(done.status);
  expect(await flawsOf(kit.home()), what).toEqual([]);
  const again = kit.requests.slice(before);
  expect(again.length, what).toBeLessThanOrEqual(Object.keys(wish.packages).length);
  // Where the prefix was there already, its staged packages wait for the next install or prune.
  const rest =
    done.status === 'unchanged' ? ['payloads', 'release-dates', 'staging'] : ['payloads', 'release-dates'];
  expect(rest, what).toEqual(expect.arrayContaining(await kit.names('state')));
}

describe('an install', () => {
  it.each([
    ['ENOSPC', /^(?:disk-full|no-space)$/, 0],
    ['EDQUOT', /^(?:disk-full|no-space)$/, 1],
    ['EROFS', /^(?:home-not-writable|cache-unusable|read-only)$/, 2],
    ['EIO', /./, 3],
    ['EMFILE', /./, 4],
    ['ESTALE', /./, 5],
  ])(
    'that meets %s at any kind of change leaves nothing half-made, and the next one goes on',
    async (code, codes, offset) => {
      const first = new Map<string, Change>();
      for (const change of await changesOfInstall()) {
        if (!first.has(kindOf(change))) first.set(kindOf(change), change);
      }
      expect(first.size).toBeGreaterThan(20);
      for (const [kind, { number }] of some([...first], 6, offset)) {
        startOver();
        let met = false;
        // From then on: a disk that is full stays so.
        restore = await lookAtChanges(kit.folder, (change) => {
          met ||= kindOf(change) === kind || change.number >= number * 2 + 50;
          return met ? code : null;
        });
        const thrown = await outcome();
        restore();
        if (thrown !== null) {
          const error = asGpuSetupError(thrown);
          expect(error.code, `${kind}: ${error.message}`).toMatch(codes);
          expect(error.code, `${kind}: ${error.message}`).not.toBe('internal-error');
          expect(error.hints, kind).not.toEqual([]);
        }
        await judgeAfter(`${code} from ${kind} on`);
      }
    },
    240_000,
  );

  it.each([
    ['rename', 3],
    ['link', 1],
    ['symlink', 1],
    ['mkdir', 6],
  ])(
    'whose %s alone finds no room says so and goes on the next time',
    async (call, step) => {
      const changes = (await changesOfInstall()).filter((change) => change.call === call);
      const kinds = new Set(changes.map(kindOf));
      for (const kind of some([...kinds], step, 0)) {
        startOver();
        let left = 1;
        restore = await lookAtChanges(kit.folder, (change) =>
          kindOf(change) === kind && left-- > 0 ? 'ENOSPC' : null,
        );
        const thrown = await outcome();
        restore();
        if (thrown !== null) {
          expect(thrown, kind).toBeInstanceOf(GpuSetupError);
          expect((thrown as GpuSetupError).code, kind).toMatch(/^(?:disk-full|no-space)$/);
        }
        await judgeAfter(`ENOSPC once at ${kind}`);
      }
    },
    240_000,
  );
});
