/**
 * Every parser of what comes from outside takes any bytes: it returns, or says in an error with a code what is wrong; it never
 * fails in another way. Made are the bytes from those in corpus/, cut, changed, doubled and put into each other; what once
 * broke a parser is put there and stays. GPU_SETUP_FUZZ=N for more of them. tar: test/formats/archive/tar.test.ts.
 */
import fc from 'fast-check';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { readBlocks } from '../../src/apt/deb/xz-blocks.ts';
import { readAr } from '../../src/apt/deb/ar.ts';
import { parseAptConf } from '../../src/apt/host/apt-conf.ts';
import { parseNetrc } from '../../src/apt/host/netrc.ts';
import { PackagesText } from '../../src/apt/index/packages-text.ts';
import { PackagesTextBuilder } from '../../src/apt/index/packages-text-builder.ts';
import { parseDependencies } from '../../src/apt/index/dependency.ts';
import { compareVersions } from '../../src/apt/index/version.ts';
import { parseRelease } from '../../src/apt/trust/release.ts';
import { GpuSetupError } from '../../src/base/errors.ts';
import { parseAptSources } from '../../src/formats/apt-sources.ts';
import { decodeText, parseDeb822, parseLooseDeb822 } from '../../src/formats/deb822.ts';
import { parseDpkgStatus } from '../../src/formats/dpkg-status.ts';
import { readPublicKeys } from '../../src/formats/openpgp-keys.ts';
import { decode, type Codec } from '../../src/formats/archive/decoders.ts';
import { parseManifest } from '../../src/machine/records/read-prefix-manifest.ts';
import { parseEntry } from '../../src/prefix/home/store-entry.ts';
import { parseLock } from '../../src/prefix/plan/lock/parse-lock.ts';
import { parseSpec } from '../../src/prefix/plan/spec.ts';
import { tarFileHeader, tarPadding } from '../../src/formats/archive/tar-write.ts';
import { LOCK, MANIFEST } from '../../src/recipe/bundle/layout.ts';
import { parseProject } from '../../src/recipe/project/project-form.ts';
import { readBundle } from '../../src/recipe/bundle/read.ts';
import { LOCK_OF_0_1 } from '../support/lock-of-0-1.ts';
import { buildDeb } from '../support/deb.ts';
import { tempDir } from '../support/temp-dir.ts';

const CORPUS = fileURLToPath(new URL('corpus/', import.meta.url));
const RUNS = Number(process.env['GPU_SETUP_FUZZ'] ?? 300);

vi.setConfig({ testTimeout: 10_000 + RUNS * 40 });

/** What is no text is kept as digits. */
const kept = readdirSync(CORPUS).map((name) => {
  const text = readFileSync(join(CORPUS, name));
  return name.endsWith('.hex') ? Buffer.from(text.toString().replace(/\s/g, ''), 'hex') : text;
});
const deb = buildDeb({
  control: { Package: 'x' },
  members: [{ path: './usr/x', content: 'x' }],
  compression: 'gz',
});
const bundle = Buffer.concat(
  [
    [MANIFEST, '{"schema":"gpu-setup/bundle@1"}'],
    [LOCK, LOCK_OF_0_1],
  ].flatMap(([name, text]) => [
    tarFileHeader(name!, Buffer.byteLength(text!)),
    Buffer.from(text!),
    tarPadding(Buffer.byteLength(text!)),
  ]),
);
const seeds = [
  ...kept,
  deb,
  bundle,
  Buffer.from(LOCK_OF_0_1),
  Buffer.from('{"schema":"gpu-setup/manifest@1","prefix":{},"entries":[{}]}'),
];

/** Bytes that look like something, and are not quite that. */
const bytes = fc
  .array(
    fc.record({
      seed: fc.constantFrom(...seeds),
      from: fc.double({ min: 0, max: 1, noNaN: true }),
      to: fc.double({ min: 0, max: 1, noNaN: true }),
      changed: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
      added: fc.oneof(fc.constant(new Uint8Array()), fc.uint8Array({ maxLength: 24 })),
      times: fc.constantFrom(1, 1, 1, 2, 40),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) =>
    Buffer.concat(
      parts.flatMap(({ seed, from, to, changed, added, times }) => {
        const part = Buffer.from(seed.subarray(Math.floor(from * 8), Math.ceil(to * seed.length)));
        for (const [at, value] of changed) if (part.length > 0) part[at % part.length] = value;
        return [...Array.from({ length: times }, () => part), Buffer.from(added)];
      }),
    ),
  );

const text = (parse: (text: string) => unknown) => (some: Buffer) => parse(some.toString('utf8'));
const options = { code: 'bad-sources', file: 'f' } as const;

const PARSERS: Readonly<Record<string, (some: Buffer) => unknown>> = {
  'deb822, strict': (some) => parseDeb822(decodeText(some, options), options),
  'deb822, of others': text(parseLooseDeb822),
  'sources.list': text((some) => parseAptSources(some, 'x.list')),
  '.sources': text((some) => parseAptSources(some, 'x.sources')),
  'apt.conf': text((some) => parseAptConf([some, some])),
  netrc: text(parseNetrc),
  "dpkg's status": text(parseDpkgStatus),
  dependencies: text((some) => parseDependencies(some, 'amd64')),
  versions: text((some) => compareVersions(some.slice(0, 40), some.slice(-40))),
  'a Packages file': (some) => {
    const builder = new PackagesTextBuilder('f');
    // Pieces end anywhere.
    for (let at = 0; at < some.length; at += 61) builder.add(some.subarray(at, at + 61));
    const read = PackagesText.read(builder.finish().bytes)!;
    for (const name of read.names()) read.packages(name, 's', '/');
    read.providers('v', 's', '/');
  },
  'an index in the cache': (some) => PackagesText.read(some),
  'a project file': text((some) => parseProject(some, 'f')),
  Release: text((some) => parseRelease(some, 'x')),
  'OpenPGP packets': (some) => readPublicKeys(some),
  manifest: text(parseManifest),
  'an entry of the store': text((some) => parseEntry(some, 'a'.repeat(64))),
  lock: text((some) => parseLock(some, 'f')),
  spec: text(parseSpec),
};

/** @returns null where it returned or threw an error with a code */
function wrongEnd(thrown: unknown): unknown {
  return thrown instanceof GpuSetupError && thrown.code !== 'internal-error' ? null : thrown;
}

describe('any bytes', () => {
  it.each(Object.keys(PARSERS))('%s: are read, or refused with a code', (name) => {
    const parse = PARSERS[name]!;
    fc.assert(
      fc.property(bytes, (some) => {
        try {
          parse(some);
        } catch (error) {
          expect(wrongEnd(error)).toBeNull();
        }
      }),
      { numRuns: RUNS },
    );
  });

  /** Readers of open files. */
  const READERS: Readonly<
    Record<string, (file: FileHandle, path: string, size: number) => Promise<unknown>>
  > = {
    ar: (file, path) => readAr(file, path),
    "xz's index": (file, path, size) => readBlocks({ file, path, start: 0, size }),
    'a bundle': (_, path) =>
      readBundle(path, { cache: join(path, '../cache'), emit: () => {} }, async () => true),
  };
  const BEFORE: Readonly<Record<string, Buffer>> = { ar: deb.subarray(0, 8) };

  it.each(Object.keys(READERS))('%s: are read, or refused with a code', async (name) => {
    const folder = tempDir();
    const path = join(folder, 'file');
    await fc.assert(
      fc.asyncProperty(bytes, async (some) => {
        const whole = Buffer.concat([BEFORE[name] ?? Buffer.alloc(0), some]);
        writeFileSync(path, whole);
        const file = await open(path);
        try {
          await READERS[name]!(file, path, whole.length);
        } catch (error) {
          expect(wrongEnd(error)).toBeNull();
        } finally {
          await file.close();
        }
      }),
      { numRuns: RUNS },
    );
    expect(readdirSync(folder).filter((one) => !['file', 'cache'].includes(one))).toEqual([]);
  });

  it.each<[Codec, number]>([
    ['gz', 1],
    ['zst', 1],
    // Each is a thread of its own.
    ['xz', 0.02],
  ])('%s: are decoded, or refused as their reader refuses', async (codec, share) => {
    const refused = new Error('refused');
    await fc.assert(
      fc.asyncProperty(bytes, async (some) => {
        const options = { file: 'f', bad: () => refused, path: '/nowhere' };
        try {
          const stream = await decode(codec, [some], options);
          try {
            for (let left = 64; left > 0 && (await stream.next()) !== null; left--);
          } finally {
            await stream.close();
          }
        } catch (error) {
          expect(error).toBe(refused);
        }
      }),
      { numRuns: Math.ceil(RUNS * share) },
    );
  });
});
