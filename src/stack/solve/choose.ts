/** The best candidate of a strand, and whether there is any that fits. */
import { compareDottedVersions } from '../../compat/dotted-version.ts';
import { candidatesOf, needsGpu } from './candidates.ts';
import { judgeCandidate, machineFits } from './judge-candidate.ts';
import type { Premises } from './premises.ts';
import type { Strand } from './strands.ts';
import { rankOf, type Verdict } from './verdict.ts';

/** What the rules say of every candidate, newest first. */
export function* verdictsOf(strand: Strand, premises: Premises): Generator<Verdict> {
  for (const candidate of candidatesOf(strand)) yield judgeCandidate(candidate, strand, premises);
}

/** Those that nothing speaks against for sure. */
function* fittingOf(strand: Strand, premises: Premises): Generator<Verdict> {
  const runsAnything = machineFits(premises);
  for (const candidate of candidatesOf(strand)) {
    if (!runsAnything && needsGpu(candidate)) continue;
    const verdict = judgeCandidate(candidate, strand, premises);
    if (verdict.fit !== 'no') yield verdict;
  }
}

/**
 * What is known to fit before what is in doubt; then the newest version of the framework, then machine code before PTX and a driver
 * that serves all of it before one that carries it, then the newest CUDA. Null where nothing fits.
 */
export function choose(strand: Strand, premises: Premises): Verdict | null {
  let chosen: Verdict | null = null;
  for (const verdict of fittingOf(strand, premises)) {
    if (chosen !== null && isLater(verdict, chosen) && !chosen.isDoubtful) break;
    if (chosen === null || isBetter(verdict, chosen)) chosen = verdict;
  }
  return chosen;
}

/** Of an older release of the framework than the one that was chosen: candidates come newest first. */
const isLater = ({ candidate }: Verdict, chosen: Verdict): boolean =>
  candidate.build !== null && candidate.build.version !== chosen.candidate.build?.version;

function isBetter(one: Verdict, other: Verdict): boolean {
  if (one.doubts !== other.doubts) return one.doubts < other.doubts;
  if (isLater(one, other)) return false;
  const fit = rankOf(other.fit) - rankOf(one.fit);
  if (fit !== 0) return fit > 0;
  return compareDottedVersions(one.candidate.cuda ?? '', other.candidate.cuda ?? '') > 0;
}

export function strandFits(strand: Strand, premises: Premises): boolean {
  return !fittingOf(strand, premises).next().done;
}
