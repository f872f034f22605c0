/**
 * A rule that no test would miss is not known to work. Each rule is taken out in turn; a question that was answered rightly with it has
 * to be answered wrongly then. Always a sample, and all of them with GPU_SETUP_MUTATION=1, which names what nobody would miss.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { EXAMS, type Exam } from './exams.ts';
import { RULES, type Rule } from './rules.ts';

const WHOLE = process.env.GPU_SETUP_MUTATION === '1';
/** Of so many rules one is in the sample, by its name: the same ones, whatever rules are added. */
const SAMPLE = 25;
const isSampled = ({ name }: Rule): boolean =>
  createHash('sha256').update(name).digest().readUInt32LE() % SAMPLE === 0;

/** Which questions each rule has a say in. */
function exercised(rules: readonly Rule[]): ReadonlyMap<Rule, readonly Exam[]> {
  const by = new Map<Rule, Exam[]>(rules.map((rule) => [rule, []]));
  let asked: Exam | null = null;
  const stops = rules.map((rule) =>
    rule.watch(() => {
      const all = by.get(rule)!;
      if (asked !== null && all.at(-1) !== asked) all.push(asked);
    }),
  );
  try {
    for (const exam of EXAMS) {
      asked = exam;
      if (exam.passes()) continue;
      for (const all of by.values()) if (all.at(-1) === exam) all.pop();
    }
  } finally {
    for (const stop of stops.reverse()) stop();
  }
  return by;
}

const survives = (rule: Rule, exams: readonly Exam[]): boolean =>
  rule.without(() => exams.every((exam) => exam.passes()));

describe('rules taken out', () => {
  const rules = WHOLE ? RULES : RULES.filter(isSampled);

  it('are missed by a test, each of them', { timeout: 600_000 }, () => {
    const survivors: string[] = [];
    for (const [rule, exams] of exercised(rules)) {
      if (survives(rule, exams)) survivors.push(`${rule.name} (has a say in ${exams.length})`);
    }
    if (WHOLE) console.log(`${rules.length} rules, ${EXAMS.length} questions`);
    expect(survivors).toEqual([]);
  });
});
