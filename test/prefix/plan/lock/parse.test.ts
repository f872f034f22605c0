/** Locks and proofs are files that anybody may have written: whatever they hold, there is an answer, and it names the file. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GpuSetupError } from '../../../../src/base/errors.ts';
import { parseLock } from '../../../../src/prefix/plan/lock/parse-lock.ts';
import { parseProof, proofText } from '../../../../src/prefix/plan/lock/proof-file.ts';
import { lockDigest, lockOf, lockText, pinsOf, type Lock } from '../../../../src/prefix/plan/lockfile.ts';
import type { SuiteProof } from '../../../../src/apt/index/suite-proof.ts';
import { isSafePath } from '../../../../src/apt/index/stanza-form.ts';
import { sha256 } from '../../../apt/repository.ts';
import { LOCK_OF_0_1 } from '../../../support/lock-of-0-1.ts';

const FILE = '/project/gpu-setup.lock';
const LOCK = parseLock(LOCK_OF_0_1, FILE);
const SIGNED: Lock = {
  ...LOCK,
  sources: LOCK.sources.slice(0, 1).map((one) => ({ ...one, signed: { inRelease: sha256('signed') } })),
};
const PROOF: SuiteProof = {
  sourceId: LOCK.sources[0]!.id,
  suite: '/',
  signed: { inRelease: 'signed' },
  indexes: [{ path: 'Packages.gz', bytes: Buffer.from([1, 2, 3, 255]) }],
  key: Buffer.from([4, 5, 255]),
};

/** A GpuSetupError of one of these codes that names the file, or no error at all. */
function answers(read: () => unknown, codes: readonly string[]): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (!(error instanceof GpuSetupError)) throw error;
    expect(codes).toContain(error.code);
    expect(error.message).toContain(FILE);
    expect(error.message).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    return true;
  }
}
const readsLock = (content: string | Uint8Array): boolean =>
  answers(() => parseLock(content, FILE), ['bad-lock', 'lock-format']);
const readsProof = (content: Uint8Array): boolean =>
  answers(() => parseProof(content, `${FILE}.proof`, SIGNED), ['bad-proof', 'proof-differs']);

/** Every place of a document, as a way of keys. */
function placesIn(value: unknown, way: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : typeof value === 'object' && value !== null
      ? Object.entries(value)
      : [];
  return [way, ...entries.flatMap(([key, inner]) => placesIn(inner, [...way, key]))];
}

/** The same document, with another value in one place. */
function withValue(document: unknown, way: readonly (string | number)[], value: unknown): unknown {
  if (way.length === 0) return value;
  const [key, ...rest] = way;
  const copy = (Array.isArray(document) ? [...document] : { ...(document as object) }) as Record<
    string | number,
    unknown
  >;
  copy[key!] = withValue(copy[key!], rest, value);
  return copy;
}

const hostile = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    '../../etc/passwd',
    '/etc/passwd',
    '%2e%2e/x',
    'https://evil.invalid/x',
    '\u001b[2J',
    '\u202e',
    'a\nhint: run this',
    -1,
    1e308,
    2 ** 53,
    [],
    {},
    null,
    'x'.repeat(100_000),
  ),
);

describe('a lock file, whatever it holds', () => {
  it('is answered: any bytes, any text, any JSON', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), readsLock));
    fc.assert(fc.property(fc.string({ maxLength: 500, unit: 'binary' }), readsLock));
    fc.assert(fc.property(fc.json(), readsLock));
  });

  it('is answered where it was cut at any place', () => {
    const text = lockText(LOCK);
    fc.assert(
      fc.property(fc.nat(text.length - 3), (end) => {
        expect(() => parseLock(text.slice(0, end), FILE)).toThrowError(
          expect.objectContaining({ code: 'bad-lock' }),
        );
      }),
    );
  });

  it('is answered where one value is another, and nothing climbs, hides or shouts in what is read', () => {
    const document: unknown = JSON.parse(lockText(LOCK));
    const places = placesIn(document);
    fc.assert(
      fc.property(fc.constantFrom(...places), hostile, (way, value) => {
        const text = JSON.stringify(withValue(document, way, value));
        if (!readsLock(text)) return;
        let read: Lock;
        try {
          read = parseLock(text, FILE);
        } catch {
          return;
        }
        for (const { request, packages } of pinsOf(read)) {
          expect(request.name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._+-]*$/);
          for (const { path, name, version } of packages) {
            expect(isSafePath(path)).toBe(true);
            expect(path).not.toContain('://');
            expect(`${name} ${version}`).toMatch(/^[\w.+~:-]+ [\w.+~:-]+$/);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is answered quickly however deep or wide it is', () => {
    readsLock(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
    readsLock(`{"schema":"gpu-setup/lock@1","packages":[${'{},'.repeat(200_000)}{}]}`);
    readsLock('{"schema":"gpu-setup/lock@1","__proto__":{"polluted":1}}');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('has one text: what is read and written again is the same, however it was formatted or ordered', () => {
    const text = lockText(LOCK);
    const turned = Object.fromEntries(Object.entries(JSON.parse(text) as object).reverse());
    for (const other of [JSON.stringify(turned), JSON.stringify(turned, null, '\t'), text]) {
      expect(lockText(parseLock(other, FILE))).toBe(text);
      expect(lockDigest(parseLock(other, FILE))).toBe(sha256(text));
    }
  });

  it('may say more than is known today, and is read without it', () => {
    const more = { ...(JSON.parse(lockText(LOCK)) as object), signatures: ['later'] };
    expect(parseLock(JSON.stringify(more), FILE)).toEqual(LOCK);
  });

  it('says of packages which of it they need, where it says so, and names no other', () => {
    const needing = (needs: readonly string[]): string =>
      lockText({ ...LOCK, packages: LOCK.packages.map((one) => ({ ...one, needs })) });
    const known = [LOCK.packages[0]!.name];
    expect(parseLock(needing(known), FILE).packages.map(({ needs }) => needs)).toEqual(
      LOCK.packages.map(() => known),
    );
    expect(LOCK.packages.every((one) => !('needs' in one))).toBe(true);
    for (const other of ['somebody-else', '../../etc', '\u001b[31m'])
      expect(() => parseLock(needing([other]), FILE)).toThrowError(
        expect.objectContaining({ code: 'bad-lock' }),
      );
  });

  it('does not hold one architecture twice', () => {
    const [pin] = pinsOf(LOCK);
    expect(() => parseLock(lockText(lockOf(pin!, pin!)), FILE)).toThrowError(/amd64 stands there twice/);
  });
});

describe('a proof, whatever it holds', () => {
  it('is read back as it was written', () => {
    const read = parseProof(Buffer.from(proofText([PROOF])), FILE, SIGNED).get(`${PROOF.sourceId} /`);
    expect(read?.signed).toEqual(PROOF.signed);
    expect(read?.indexes.map(({ path, bytes }) => [path, [...bytes]])).toEqual([
      ['Packages.gz', [1, 2, 3, 255]],
    ]);
    expect([...read!.key!]).toEqual([4, 5, 255]);
    const without = proofText([{ ...PROOF, key: null }]);
    expect(without).not.toContain('key');
    expect(parseProof(Buffer.from(without), FILE, SIGNED).get(`${PROOF.sourceId} /`)?.key).toBeNull();
  });

  it('is answered: any bytes, cut anywhere, any value in any place', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), readsProof));
    const text = proofText([PROOF]);
    fc.assert(fc.property(fc.nat(text.length), (end) => readsProof(Buffer.from(text.slice(0, end)))));
    const document: unknown = JSON.parse(text);
    const places = placesIn(document);
    fc.assert(
      fc.property(fc.constantFrom(...places), hostile, (way, value) =>
        readsProof(Buffer.from(JSON.stringify(withValue(document, way, value)) ?? 'null')),
      ),
      { numRuns: 300 },
    );
  });

  it('is refused where it is of another lock, or has a source twice', () => {
    expect(() =>
      parseProof(Buffer.from(proofText([{ ...PROOF, signed: { inRelease: 'other' } }])), FILE, SIGNED),
    ).toThrowError(expect.objectContaining({ code: 'proof-differs' }));
    expect(() => parseProof(Buffer.from(proofText([PROOF, PROOF])), FILE, SIGNED)).toThrowError(
      expect.objectContaining({ code: 'bad-proof' }),
    );
  });
});

describe('parts that a lock asks for', () => {
  const asking = (only: unknown): string => JSON.stringify({ ...LOCK, request: { ...LOCK.request, only } });

  it('are kept', () => {
    expect(parseLock(asking(['nvcc', 'cudart']), FILE).request.only).toEqual(['nvcc', 'cudart']);
  });

  it('and that only a newer gpu-setup knows are refused as that, not as a damaged file', () => {
    expect(() => parseLock(asking(['nvcc', 'cutile']), FILE)).toThrow(
      expect.objectContaining({
        code: 'lock-format',
        message: `${FILE} asks for the part "cutile", which this gpu-setup does not know: a newer one wrote it`,
        hint: expect.stringContaining('self update') as string,
      }),
    );
  });

  it.each([[['nv\u202ecc']], [['../nvcc']], [[5]], ['nvcc'], [['x'.repeat(5000)]]])(
    'are refused where they are none: %j',
    (only) => {
      expect(() => parseLock(asking(only), FILE)).toThrow(expect.objectContaining({ code: 'bad-lock' }));
    },
  );
});
