/**
 * Every parser of what comes from outside takes any bytes: it returns, or says in an error with a code what is wrong; it never
 * fails in another way. Made are the bytes from those in corpus/, cut, changed, doubled and put into each other; what once
 * broke a parser is put there and stays. GPU_SETUP_FUZZ=N for more of them. tar: test/formats/archive/tar.test.ts.
 */
import fc from 'fast-check';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readAr } from '../../src/apt/deb/ar.ts';
import { parseAptConf } from '../../src/apt/host/apt-conf.ts';
import { parseNetrc } from '../../src/apt/host/netrc.ts';
import { parseDependencies } from '../../src/apt/index/dependency.ts';
import { compareVersions } from '../../src/apt/index/version.ts';
import { parseRelease } from '../../src/apt/trust/release.ts';
import { GpuSetupError } from '../../src/base/errors.ts';
import { parseAptSources } from '../../src/formats/apt-sources.ts';
import { decodeText, parseDeb822, parseLooseDeb822 } from '../../src/formats/deb822.ts';
import { parseDpkgStatus } from '../../src/formats/dpkg-status.ts';
import { readPublicKeys } from '../../src/formats/openpgp-keys.ts';
import { parseManifest } from '../../src/machine/records/read-prefix-manifest.ts';
import { parseEntry } from '../../src/prefix/home/store-entry.ts';
import { parseLock } from '../../src/prefix/plan/lock/parse-lock.ts';
import { parseSpec } from '../../src/prefix/plan/spec.ts';
import { buildDeb } from '../support/deb.ts';
import { tempDir } from '../support/temp-dir.ts';

const CORPUS = fileURLToPath(new URL('corpus/', import.meta.url));
const RUNS = Number(process.env['GPU_SETUP_FUZZ'] ?? 300);

const kept = readdirSync(CORPUS).map((name) => readFileSync(join(CORPUS, name)));
const deb = buildDeb({
  control: { Package: 'x' },
  members: [{ path: './usr/x', content: 'x' }],
  compression: 'gz',
});
const seeds = [...kept, deb, Buffer.from('{"schema":"gpu-setup/manifest@1","prefix":{},"entries":[{}]}')];

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

  it('ar: are read, or refused with a code', async () => {
    const path = join(tempDir(), 'x.deb');
    await fc.assert(
      fc.asyncProperty(bytes, async (some) => {
        writeFileSync(path, Buffer.concat([deb.subarray(0, 8), some]));
        const file = await open(path);
        try {
          await readAr(file, path);
        } catch (error) {
          expect(wrongEnd(error)).toBeNull();
        } finally {
          await file.close();
        }
      }),
      { numRuns: RUNS },
    );
  });
});
