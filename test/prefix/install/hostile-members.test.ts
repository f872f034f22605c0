/** Whatever a package's members say: nothing is written outside, and it ends with an error of ours or a whole prefix. */
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDeb } from '../../../src/apt/deb/deb.ts';
import { GpuSetupError } from '../../../src/base/errors.ts';
import { removeTree, walkTree } from '../../../src/base/files/tree.ts';
import { moveEntry, StoreFolder } from '../../../src/prefix/home/store.ts';
import type { StoreEntry } from '../../../src/prefix/home/store-entry.ts';
import { placeMembers } from '../../../src/prefix/install/place-members.ts';
import { unpackMembers } from '../../../src/prefix/install/unpack-members.ts';
import { VirtualRoot } from '../../../src/prefix/install/virtual-root.ts';
import { writeGeneration } from '../../../src/prefix/install/write-generation.ts';
import type { Layout } from '../../../src/prefix/layout/layout.ts';
import { buildDeb, type TarEntry } from '../../support/deb.ts';
import { tempDir } from '../../support/temp-dir.ts';

/** Few names, so that members meet; among them all that leads out, and what file systems refuse. */
const part = fc.constantFrom(
  'a',
  'b',
  'c',
  'usr',
  '..',
  '.',
  '',
  '.gpu-setup',
  '-',
  'x\ny',
  'n'.repeat(256),
  '\u202e',
);
const path = fc
  .oneof(
    { weight: 8, arbitrary: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }) },
    { weight: 2, arbitrary: fc.array(part, { maxLength: 6 }) },
    { weight: 1, arbitrary: fc.nat(2000).map((depth) => Array<string>(depth).fill('a')) },
  )
  .map((parts) => parts.join('/'));
const prefixed = fc
  .tuple(fc.constantFrom('./', './', './', '', '/', '../', '././/'), path)
  .map((both) => both.join(''));
const target = fc.oneof(
  prefixed,
  fc.constantFrom('/etc/passwd', '../../../../outside/canary', '..', '/', 'a/../a/../b'),
);
const member: fc.Arbitrary<TarEntry> = fc
  .record(
    {
      path: prefixed,
      type: fc.constantFrom('0', '0', '0', '1', '2', '2', '5', '5', '3', '6', 'S', 'g'),
      content: fc.constantFrom('', 'x', 'y', 'z'.repeat(3000)),
      link: target,
      mode: fc.constantFrom(0o644, 0o755, 0, 0o4755, 0o7777),
      pax: fc.boolean(),
      claimSize: fc.option(fc.constantFrom(0, 1, 4096, 2 ** 34), { nil: undefined }),
    },
    { requiredKeys: ['path', 'type'] },
  )
  .map(({ claimSize, ...entry }) => ({
    ...entry,
    ...(claimSize === undefined || claimSize % 2 === 1 ? {} : { claimSize }),
  }));
/** What honest packages hold: links between them then have something to lead to. */
const mild: fc.Arbitrary<TarEntry> = fc
  .record({
    path: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 }),
    type: fc.constantFrom('0', '0', '0', '2', '5'),
    content: fc.constantFrom('', 'x'),
    link: fc.constantFrom('a', 'b', '../a', '../c/b', '/a/b'),
  })
  .map((one) => ({ ...one, path: `./${one.path.join('/')}` }));
const packages = fc.oneof(
  fc.array(fc.array(member, { maxLength: 12 }), { minLength: 1, maxLength: 2 }),
  fc.array(fc.array(mild, { maxLength: 4 }), { minLength: 1, maxLength: 2 }),
);

/** Everything where it was. */
const asItIs: Layout = {
  nameFor: () => 'nvidia',
  place: (_, to) => ({ to, component: 'libraries', also: [] }),
};

describe('members of every kind', () => {
  it('never lead out of staging folder and generation, and end in an error of ours or a whole tree', async () => {
    const base = tempDir();
    const outside = join(base, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'canary'), 'untouched');
    let whole = 0;
    await fc.assert(
      fc.asyncProperty(packages, async (lists) => {
        const folder = mkdtempSync(join(base, 'run-'));
        try {
          if (await endsWell(folder, lists)) whole++;
          expect(readdirSync(folder).filter((name) => !OURS.includes(name))).toEqual([]);
          await linksStayInside(join(folder, 'generation'));
        } finally {
          await removeTree(folder);
        }
        expect(readdirSync(base)).toEqual(['outside']);
        expect(readdirSync(outside)).toEqual(['canary']);
        expect(readFileSync(join(outside, 'canary'), 'utf8')).toBe('untouched');
      }),
      { numRuns: 100 },
    );
    // Else the property says little.
    expect(whole).toBeGreaterThan(5);
  }, 60_000);
});

const OURS = ['p0.deb', 'p1.deb', 'staging', 'store', 'generation'];

/** False where it was refused in the right way. */
async function endsWell(folder: string, lists: readonly (readonly TarEntry[])[]): Promise<boolean> {
  try {
    await install(folder, lists);
    return true;
  } catch (error) {
    if (!(error instanceof GpuSetupError)) throw error;
    expect(error.hint).toBeDefined();
    expect(error.message).not.toMatch(/[\u0000-\u001f\u202e]/);
    return false;
  }
}

async function install(folder: string, lists: readonly (readonly TarEntry[])[]): Promise<void> {
  const staging = new StoreFolder(join(folder, 'staging'));
  const store = new StoreFolder(join(folder, 'store'));
  const entries: StoreEntry[] = [];
  for (const [at, members] of lists.entries()) {
    const file = join(folder, `p${at}.deb`);
    await writeFile(file, buildDeb({ control: { Package: `p${at}` }, members, compression: 'none' }));
    const handle = await open(file);
    try {
      entries.push(
        await unpackMembers({
          deb: await readDeb({ path: file, handle }),
          package: {
            name: `p${at}`,
            version: '1',
            architecture: 'amd64',
            size: 1,
            sha256: String(at).repeat(64),
            installedBytes: null,
          },
          staging,
          wants: () => true,
          onBytes: () => {},
        }),
      );
    } finally {
      await handle.close();
    }
  }
  const root = new VirtualRoot();
  for (const [at, entry] of entries.entries()) {
    for (const { path: where, type, linkTarget, ...more } of entry.members) {
      if (where === '') continue;
      const kind = type === 'link' || type === 'dir' ? type : 'file';
      root.add({ ...more, path: where, type: kind, package: `p${at}`, target: linkTarget });
    }
  }
  const placement = placeMembers(root, { layout: asItIs, cuda: '10.0', components: ['libraries'] });
  for (const digest of await staging.list()) await moveEntry(staging, store, digest);
  const generation = join(folder, 'generation');
  mkdirSync(generation);
  await writeGeneration(generation, placement.entries, {
    store,
    payloads: new Map(entries.map((entry, at) => [`p${at}`, entry.payloadSha256])),
    sharing: 'hardlink',
  });
  const there = (await walkTree(generation)).filter(({ type }) => type !== 'dir').map(({ path: one }) => one);
  expect(there.sort()).toEqual(placement.entries.map(({ to }) => to).sort());
}

async function linksStayInside(generation: string): Promise<void> {
  for (const { path: where, type } of await walkTree(generation)) {
    if (type !== 'link') continue;
    const at = join(generation, where);
    expect(readlinkSync(at).startsWith('/')).toBe(false);
    expect(realpathSync(at).startsWith(`${realpathSync(generation)}/`), where).toBe(true);
  }
}
