/**
 * Real machines and logs with a known outcome. They lie beside the repository and are not part of it: without them
 * these tests are skipped. Judged as the doctor's users judge it: the first diagnosis has to name the root cause, a
 * healthy machine must have no error, and the fix has to name what helped.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { diagnose, readLog } from '../../src/doctor/diagnose.ts';
import type { ReportedDiagnosis } from '../../src/doctor/types.ts';
import { collectFacts } from '../../src/machine/facts/collect.ts';
import { parseSnapshot } from '../../src/machine/snapshot/schema.ts';
import { snapshotMachine } from '../../src/machine/snapshot/snapshot.ts';
import { RUN } from '../support/facts.ts';

interface Case {
  id: string;
  kind: 'snapshot' | 'text';
  snapshot?: object;
  text?: string;
  expect: { code: string; accept?: string[]; fixMentions?: string[] };
}

const FOLDERS = fileURLToPath(new URL('../../../shared/', import.meta.url));

function casesOf(set: string): Case[] {
  const folder = `${FOLDERS}${set}/`;
  if (!existsSync(folder)) {
    console.log(`skipped: no doctor cases in ${folder}`);
    return [];
  }
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(folder + name, 'utf8')) as Case);
}

async function judge(one: Case): Promise<readonly ReportedDiagnosis[]> {
  if (one.kind === 'text') return readLog(one.text!);
  const snapshot = { format: 'gpu-setup/snapshot@1', ...one.snapshot };
  const machine = snapshotMachine(parseSnapshot(JSON.stringify(snapshot), one.id), one.id);
  return diagnose(await collectFacts(machine), RUN, one.id).diagnoses;
}

/** What was said instead of the root cause, or null where the case came out right. */
function wrongVerdict(
  { expect: { code, accept = [] } }: Case,
  all: readonly ReportedDiagnosis[],
): string | null {
  if (code === 'healthy') {
    const alarms = all.filter(({ severity }) => severity === 'error').map((one) => one.code);
    return alarms.length === 0 ? null : `false alarm: ${alarms.join(', ')}`;
  }
  const first = all[0]?.code ?? 'nothing';
  return [code, ...accept].includes(first) ? null : `${first} for ${code}`;
}

/** Whether the steps of the first diagnosis name anything of what helped in the real case. */
function namesTheFix({ expect: { fixMentions = [] } }: Case, all: readonly ReportedDiagnosis[]): boolean {
  const fix = (all[0]?.fix ?? [])
    .map(({ title, argv, script }) => `${title}\n${argv?.join(' ') ?? script}`)
    .join('\n')
    .toLowerCase();
  return fixMentions.length === 0 || fixMentions.some((word) => fix.includes(word.toLowerCase()));
}

/** Least shares and most false alarms: what is reached today. They follow the doctor for the better, never for the worse. */
describe.each([
  { set: 'doctor-cases', right: 1, fixed: 1, alarms: 0 },
  { set: 'doctor-cases-2', right: 1, fixed: 0.97, alarms: 0 },
])('real cases: $set', ({ set, right, fixed, alarms }) => {
  const cases = casesOf(set);

  it.skipIf(cases.length === 0)(
    'comes out no worse than it did: root cause first, right fix, no alarm',
    async () => {
      const wrong: string[] = [];
      const unfixed: string[] = [];
      const falseAlarms: string[] = [];
      for (const one of cases) {
        const all = await judge(one);
        const verdict = wrongVerdict(one, all);
        const healthy = one.expect.code === 'healthy';
        if (verdict !== null) (healthy ? falseAlarms : wrong).push(`${one.id}: ${verdict}`);
        else if (!healthy && !namesTheFix(one, all)) unfixed.push(`${one.id}: no fix`);
      }
      const share = (misses: number): number => 1 - misses / cases.length;
      const misses = [...falseAlarms, ...wrong];
      expect(falseAlarms.length, falseAlarms.join('\n')).toBeLessThanOrEqual(alarms);
      expect(share(misses.length), misses.join('\n')).toBeGreaterThanOrEqual(right);
      expect(share(misses.length + unfixed.length), unfixed.join('\n')).toBeGreaterThanOrEqual(fixed);
      console.log(`${set}: ${misses.length} wrong, ${unfixed.length} without the fix, of ${cases.length}`);
    },
  );
});
