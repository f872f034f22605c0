/**
 * gpu-setup/lock-proof@1, the file beside a lock (`gpu-setup.lock.proof`): the signed Release of each source with the
 * package indexes that it covers. It is some MB large and may be left out; with it, an install needs no index of today to
 * know that what the lock names was signed.
 */
import { z } from 'zod';
import type { SuiteProof } from '../../../apt/index/suite-proof.ts';
import { isSafePath } from '../../../apt/index/stanza-form.ts';
import { GpuSetupError, messageOf } from '../../../base/errors.ts';
import { escapeLine } from '../../../base/escape.ts';
import type { PlannedSource } from '../install-plan.ts';
import { pinsOf, type Lock } from '../lockfile.ts';
import { digestsOf } from './parse-lock.ts';
import { RENEWAL } from './renewal.ts';

/** Debian's whole main is 10 MB. */
export const MAX_PROOF_BYTES = 256 << 20;
const MAX_SUITES = 100;
const MAX_SIGNED = 8 << 20;
/** Of what is in base64. */
const MAX_KEY = 4 << 20;

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/, 'it is no base64');
const PROOF = z.object({
  schema: z.literal('gpu-setup/lock-proof@1'),
  suites: z
    .array(
      z.object({
        source: z.string().max(300),
        suite: z.string().max(300),
        signed: z.union([
          z.object({ inRelease: z.string().max(MAX_SIGNED) }),
          z.object({ release: z.string().max(MAX_SIGNED), signature: base64.max(MAX_SIGNED) }),
        ]),
        indexes: z
          .array(
            z.object({
              path: z.string().max(300).refine(isSafePath, 'it leads out of the repository'),
              data: base64,
            }),
          )
          .max(100),
        key: base64.max(MAX_KEY).optional(),
      }),
    )
    .max(MAX_SUITES),
});

/** Where the proof of a lock lies. */
export const proofPath = (lockFile: string): string => `${lockFile}.proof`;

/** Stable: the same proof is the same bytes. */
export function proofText(proofs: readonly SuiteProof[]): string {
  const rows = proofs.map(({ sourceId, suite, signed, indexes, key }) => ({
    source: sourceId,
    suite,
    signed:
      'inRelease' in signed
        ? { inRelease: signed.inRelease }
        : { release: signed.release, signature: signed.signature },
    indexes: [...indexes]
      .sort((a, b) => (a.path < b.path ? -1 : 1))
      .map(({ path, bytes }) => ({ path, data: Buffer.from(bytes).toString('base64') })),
    ...(key === null ? {} : { key: Buffer.from(key).toString('base64') }),
  }));
  rows.sort((a, b) => (`${a.source} ${a.suite}` < `${b.source} ${b.suite}` ? -1 : 1));
  return `${JSON.stringify({ schema: 'gpu-setup/lock-proof@1', suites: rows }, null, 1)}\n`;
}

/**
 * By source id and suite, as `id suite`.
 *
 * @param lock that it lies beside: what it has of other sources, or of these at another time, is not its proof
 * @throws GpuSetupError `bad-proof`, `proof-differs`
 */
export function parseProof(content: Uint8Array, file: string, lock: Lock): ReadonlyMap<string, SuiteProof> {
  if (content.length > MAX_PROOF_BYTES) throw badProof(file, `it has more than ${MAX_PROOF_BYTES} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content));
  } catch (error) {
    throw badProof(file, messageOf(error));
  }
  const result = PROOF.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw badProof(file, `${issue.path.join('.') || 'the document'}: ${issue.message}`);
  }
  const proofs = new Map<string, SuiteProof>();
  for (const { source, suite, signed, indexes, key: signedWith } of result.data.suites) {
    const key = `${source} ${suite}`;
    if (proofs.has(key)) throw badProof(file, `${key} stands there twice`);
    proofs.set(key, {
      sourceId: source,
      suite,
      signed,
      indexes: indexes.map(({ path, data }) => ({ path, bytes: Buffer.from(data, 'base64') })),
      key: signedWith === undefined ? null : Buffer.from(signedWith, 'base64'),
    });
  }
  for (const one of pinsOf(lock).flatMap(({ sources }) => sources)) {
    const proof = proofs.get(`${one.id} ${one.suite}`);
    if (proof !== undefined && !isOf(one, proof)) throw ofAnother(file, one);
  }
  return proofs;
}

function isOf({ signed }: PlannedSource, proof: SuiteProof): boolean {
  return JSON.stringify(sortedDigests(signed)) === JSON.stringify(sortedDigests(digestsOf(proof.signed)));
}

function sortedDigests(signed: PlannedSource['signed']): readonly string[] {
  return 'inRelease' in signed ? ['inRelease', signed.inRelease] : [signed.release, signed.signature];
}

function ofAnother(file: string, { id, suite }: PlannedSource): GpuSetupError {
  const what = suite.endsWith('/') ? id : `${id} (${suite})`;
  return new GpuSetupError(
    'proof-differs',
    `${file} belongs to another lock: what it has of ${what} is not what the lock names`,
    { hint: `take both files from version control, or write both anew: ${RENEWAL}` },
  );
}

function badProof(file: string, what: string): GpuSetupError {
  return new GpuSetupError('bad-proof', `${file} is not a proof that gpu-setup wrote: ${escapeLine(what)}`, {
    hint: 'take the file from version control, or remove it: it may be left out',
    details: { file, why: what },
  });
}
