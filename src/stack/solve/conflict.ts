/** The smallest set of premises that cannot be true together, and the rules that say so. */
import type { Judgement, KnownFact } from '../../compat/rules/judgement.ts';
import type { PlanConflict } from '../types.ts';
import { verdictsOf } from './choose.ts';
import { judgeGpuAndDriver, machineFits } from './judge-candidate.ts';
import { factsOfPremise, inWords, namesOf, without, type PremiseName, type Premises } from './premises.ts';
import { strandsOf, type Strand } from './strands.ts';
import { fits, groupsOf, noSharedPython } from './together.ts';
import type { Verdict } from './verdict.ts';

export interface Conflict extends PlanConflict {
  /** Without any one of these it fits. */
  premises: readonly PremiseName[];
}

/** More rows than these say nothing new. */
const MOST_FACTS = 8;

/**
 * Premises are let go of one by one, the easiest to change first; what makes it fit is taken back. So what stays is what is hardest
 * to change: a GPU and a CUDA that no driver serves, not the driver that happens to be there.
 *
 * @param premises under which nothing fits
 */
export function smallestConflict(premises: Premises): Conflict {
  let rest = premises;
  for (const name of namesOf(premises)) {
    const fewer = without(rest, name);
    if (!fits(fewer)) rest = fewer;
  }
  const names = namesOf(rest);
  const said = refusalsUnder(rest);
  const facts = [...names.flatMap((name) => factsOfPremise(rest, name)), ...distinct(said.facts)];
  return { premises: names, text: said.text, rule: said.rule, facts };
}

interface Refusals {
  text: string;
  rule: string;
  facts: readonly KnownFact[];
}

function refusalsUnder(premises: Premises): Refusals {
  for (const strand of strandsOf(premises.wanted)) {
    const verdicts = [...verdictsOf(strand, premises)];
    if (verdicts.every(({ fit }) => fit === 'no')) return ofStrand(strand, verdicts);
  }
  // Each fits by itself: what keeps them apart is the environment that they share, or the machine.
  const shared = groupsOf(strandsOf(premises.wanted)).find((group) => group.length > 1);
  if (shared !== undefined && machineFits(premises))
    return inSentence([noSharedPython(shared, premises)], null);
  const judgements = (premises.gpus ?? []).flatMap((gpu) => judgeGpuAndDriver(gpu, premises));
  return inSentence(judgements.filter(isRefusal), null);
}

function ofStrand(strand: Strand, verdicts: readonly Verdict[]): Refusals {
  if (verdicts.length === 0) return nothingMeant(strand);
  // Which candidate comes nearest to what was asked for is the one to speak of; of several the newest.
  const [nearest] = [...verdicts].sort((a, b) => askedAgainst(a) - askedAgainst(b));
  const others = verdicts.length === 1 ? null : `nor does any other of the ${verdicts.length} that are meant`;
  const all = [nearest!, ...verdicts].flatMap((verdict) => refusalsOf(verdict).slice(0, 1));
  return inSentence(refusalsOf(nearest!).slice(0, 1), others, all);
}

function nothingMeant({ framework, parts }: Strand): Refusals {
  const asked = framework === null ? parts.map(inWords).join(' and ') : inWords(framework.wanted);
  return { text: `no table has ${asked}`, rule: 'asked-for', facts: [] };
}

function inSentence(
  refusals: readonly Judgement[],
  others: string | null,
  all: readonly Judgement[] = refusals,
): Refusals {
  const [first] = refusals;
  const texts = [...new Set(refusals.map(({ text }) => text))].join('; ');
  return {
    text: others === null ? texts : `${texts}; ${others}`,
    rule: first?.rule ?? 'asked-for',
    facts: all.flatMap(({ facts }) => facts),
  };
}

/** What speaks against a candidate: of the GPUs, which all do, the first. */
export function refusalsOf({ general, gpus }: Verdict): Judgement[] {
  const ofGpus = gpus.every(({ fit }) => fit === 'no') ? (gpus[0]?.judgements ?? []) : [];
  return [...general, ...ofGpus].filter(isRefusal);
}

const isRefusal = ({ fit }: Judgement): boolean => fit === 'no';

const askedAgainst = (verdict: Verdict): number =>
  refusalsOf(verdict).filter(({ rule }) => rule === 'cuda-asked-for' || rule === 'cudnn-of-build').length;

function distinct(facts: readonly KnownFact[]): KnownFact[] {
  return [...new Map(facts.map((fact) => [fact.text, fact])).values()].slice(0, MOST_FACTS);
}
