/**
 * Real machines and logs with a known outcome. They lie beside the repository and are not part of it: without them
 * these tests are skipped.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { diagnose, readLog } from '../../src/doctor/diagnose.ts';
import type { ReportedDiagnosis } from '../../src/doctor/types.ts';
import docs from 'assets:docs/diagnoses';
import { collectFacts } from '../../src/machine/facts/collect.ts';
import { parseSnapshot } from '../../src/machine/snapshot/schema.ts';
import { snapshotMachine } from '../../src/machine/snapshot/snapshot.ts';
import { RUN } from '../support/facts.ts';

interface Case {
  id: string;
  kind: 'snapshot' | 'text';
  snapshot?: object;
  text?: string;
  expect: { code: string; accept: string[]; fixMentions: string[] };
}

const FOLDER = fileURLToPath(new URL('../../../shared/doctor-cases/', import.meta.url));
const cases: Case[] = existsSync(FOLDER)
  ? readdirSync(FOLDER)
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(FOLDER + name, 'utf8')) as Case)
  : [];
if (cases.length === 0) console.log(`skipped: no doctor cases in ${FOLDER}`);

/** The diagnoses that must be right; the others of the catalogue are counted. */
const FIRST = new Set([
  ...['no-nvidia-gpu', 'driver-not-installed', 'nouveau-in-use', 'module-not-built-for-kernel'],
  ...['secure-boot-blocks-module', 'module-not-loaded', 'driver-library-mismatch', 'driver-too-old-for-cuda'],
  ...[
    'device-nodes-missing',
    'device-permission-denied',
    'libcuda-missing',
    'container-no-gpu',
    'toolkit-missing',
  ],
  ...[
    'nvcc-not-on-path',
    'cudnn-missing',
    'host-compiler-too-new',
    'apt-key-missing',
    'disk-full',
    'healthy',
  ],
]);

async function judge(one: Case): Promise<readonly ReportedDiagnosis[]> {
  if (one.kind === 'text') return readLog(one.text!);
  const snapshot = { format: 'gpu-setup/snapshot@1', ...one.snapshot };
  const machine = snapshotMachine(parseSnapshot(JSON.stringify(snapshot), one.id), one.id);
  return diagnose(await collectFacts(machine), RUN, one.id).diagnoses;
}

const leading = (all: readonly ReportedDiagnosis[]): ReportedDiagnosis | undefined =>
  all.find(({ severity }) => severity === 'error');

const isRight = (one: Case, all: readonly ReportedDiagnosis[]): boolean =>
  [one.expect.code, ...one.expect.accept].includes(leading(all)?.code ?? 'healthy');

/** The steps and the page together say what helped in the real case. */
function missingMentions(one: Case, all: readonly ReportedDiagnosis[]): string[] {
  const first = leading(all);
  if (first === undefined) return [];
  const words = `${JSON.stringify(first)} ${docs[`${first.code}.md`]}`.toLowerCase();
  return one.expect.fixMentions.filter((word) => !words.includes(word.toLowerCase()));
}

describe.skipIf(cases.length === 0)('real cases', () => {
  const first = cases.filter(({ expect: { code, accept } }) =>
    [code, ...accept].some((each) => FIRST.has(each)),
  );
  it.each(first.map((one) => [one.id, one] as const))('%s: names the real root cause', async (_id, one) => {
    const all = await judge(one);
    expect([one.expect.code, ...one.expect.accept]).toContain(leading(all)?.code ?? 'healthy');
  });

  it('counts the whole collection, so that a change for the worse is seen', async () => {
    const wrong: string[] = [];
    const unmentioned: string[] = [];
    for (const one of cases) {
      const all = await judge(one);
      if (!isRight(one, all))
        wrong.push(`${one.id}: ${leading(all)?.code ?? 'healthy'} for ${one.expect.code}`);
      else if (missingMentions(one, all).length > 0)
        unmentioned.push(`${one.id}: ${missingMentions(one, all).join(', ')}`);
    }
    console.log(`doctor cases right: ${cases.length - wrong.length} of ${cases.length}`);
    for (const line of wrong) console.log(`  wrong: ${line}`);
    for (const line of unmentioned) console.log(`  not mentioned: ${line}`);
  });
});
