/**
 * What decodes xz here (liblzma as Node's addon and in WebAssembly, and in the executable its own or the system's) says the same of any file as the program xz:
 * the same bytes or no; none hangs, takes the memory that a header claims, or ends well in the middle. Made are the files from those
 * in corpus/, cut, changed and put together; what two once disagreed on is put there and stays. GPU_SETUP_FUZZ=N for more of them.
 */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { bundleFixture } from '../../support/bundle-fixture.ts';
import { canMountApart } from '../../support/can-mount.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { sharedTempDir } from '../../support/temp-dir.ts';
import { withoutLibraries } from '../../support/without-libraries.ts';
import { ENDLESS, ofBlocks, ofStream, REFUSED, verdictOn, type Verdict } from './xz-verdict.ts';

const RUNS = Math.ceil(Number(process.env['GPU_SETUP_FUZZ'] ?? 300) / 15);
const CORPUS = fileURLToPath(new URL('corpus/', import.meta.url));
const BUN = fileURLToPath(
  new URL('../../../node_modules/@oven/bun-linux-x64-baseline/bin/bun', import.meta.url),
);
vi.setConfig({ testTimeout: 60_000 + RUNS * 2000 });

const seeds: Readonly<Record<string, Buffer>> = Object.fromEntries(
  readdirSync(CORPUS).map((name) => [
    basename(name, '.xz.hex'),
    Buffer.from(readFileSync(join(CORPUS, name), 'latin1').replace(/\s/g, ''), 'hex'),
  ]),
);
const folder = sharedTempDir();

beforeAll(() => {
  mkdirSync(join(folder, 'files'));
});

/** What was judged, for the one that runs as a program of its own. */
const judged = new Map<string, { stream: Verdict; blocks: Verdict }>();
let count = 0;

async function judge(bytes: Buffer, what: string): Promise<{ stream: Verdict; blocks: Verdict }> {
  const name = `${count++}.xz`;
  const file = join(folder, 'files', name);
  writeFileSync(file, bytes);
  const why = `${what}: ${bytes.length < 400 ? bytes.toString('hex') : bytes.length}`;
  const verdicts = { stream: await ofStream(file), blocks: await ofBlocks(file) };
  expect(verdicts.stream, `as a stream, ${why}`).toBe(ofProgram(file));
  // A package is read by its index: what lies around the blocks is not looked at, and what they hold is the same.
  if (verdicts.stream !== REFUSED && verdicts.blocks !== REFUSED)
    expect(verdicts.blocks, `as blocks, ${why}`).toBe(verdicts.stream);
  judged.set(name, verdicts);
  return verdicts;
}

function ofProgram(file: string): Verdict {
  const run = spawnSync('xz', ['-dc', '--format=xz', '-T1', '--memlimit-decompress=160MiB', file], {
    env: { PATH: process.env['PATH'] },
    maxBuffer: 64 << 20,
  });
  return run.status === 0 ? verdictOn(run.stdout) : REFUSED;
}

describe.skipIf(!hasPrograms('xz'))('xz [needs xz]', () => {
  it.each(Object.keys(seeds))('%s: is decoded as xz decodes it', async (name) => {
    const verdict = await judge(seeds[name]!, name);
    const isRight =
      /^(?:one-block|blocks|two-streams.*|check-.*|empty|delta|x86|zeros|dictionary-128m)$/.test(name);
    expect(verdict.stream === REFUSED, name).toBe(!isRight);
    expect(Object.values(verdict)).not.toContain(ENDLESS);
  });

  it('cut anywhere is refused, and never read in part', async () => {
    const { blocks } = seeds as { blocks: Buffer };
    for (let length = 1; length < blocks.length; length += 1 + (blocks.length >> 4))
      expect(await judge(blocks.subarray(0, length), `cut at ${length}`)).toEqual({
        stream: REFUSED,
        blocks: REFUSED,
      });
  });

  it('with one bit changed gives the same to all, and never other bytes', async () => {
    const bytes = seeds['one-block']!;
    const whole = await judge(bytes, 'whole');
    for (let at = 0; at < bytes.length; at += 1 + (bytes.length >> 4)) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1 << (at % 8);
      const { stream, blocks } = await judge(changed, `bit at ${at}`);
      expect([REFUSED, whole.stream]).toContain(stream);
      expect([REFUSED, whole.blocks]).toContain(blocks);
    }
  });

  it('made of pieces of others gives the same to all', async () => {
    const piece = fc.record({
      seed: fc.constantFrom(...Object.values(seeds)),
      from: fc.constantFrom(0, 0, 0, 1, 12),
      cut: fc.constantFrom(0, 0, 0, 1, 4, 12, 40),
      changed: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 2 }),
      behind: fc.constantFrom(0, 0, 4, 8, 3),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 3 }), async (pieces) => {
        const parts = pieces.flatMap(({ seed, from, cut, changed, behind }) => {
          const part = Buffer.from(seed.subarray(from, Math.max(from, seed.length - cut)));
          for (const [at, value] of changed) if (part.length > 0) part[at % part.length] = value;
          return [part, Buffer.alloc(behind)];
        });
        await judge(Buffer.concat(parts), 'pieces');
      }),
      { numRuns: RUNS },
    );
  });

  describe.skipIf(!existsSync(BUN))('as the executable calls it [needs Bun]', () => {
    const program = join(folder, 'verdict.mjs');
    beforeAll(() => bundleFixture(new URL('xz-verdict.ts', import.meta.url), program));
    const argv = [BUN, program, '--print', join(folder, 'files')] as const;

    function expectTheSame([command, ...options]: readonly [string, ...string[]]): void {
      const run = spawnSync(command, options, { encoding: 'utf8', timeout: 60_000 + judged.size * 500 });
      expect(run.stderr).toBe('');
      const verdicts = JSON.parse(run.stdout) as Record<string, [Verdict, Verdict]>;
      expect(judged.size).toBeGreaterThan(0);
      for (const [name, { stream, blocks }] of judged) expect(verdicts[name], name).toEqual([stream, blocks]);
    }

    it("gives the same by the liblzma that it brings along, or else the system's", () => {
      expectTheSame(argv);
    });

    it.skipIf(!canMountApart)("gives the same by the system's [needs root, unshare, mount]", () => {
      expectTheSame(withoutLibraries(['libstdc++.so.6'], argv));
    });
  });
});
