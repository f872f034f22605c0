/** The doctor, with no more of it loaded than the machine gives cause to. */
import type { Facts } from '../machine/facts.ts';
import { judgeMachine } from './judge.ts';
import { saysNothing } from './text/lines.ts';
import type { DoctorResult, Question } from './types.ts';
import { computedTestimony } from './witness/computed.ts';
import { witnessOf } from './witness/witness-of.ts';

/**
 * As diagnose(). To set up the thousand patterns of the families of texts takes milliseconds, and most machines that are looked at
 * live have no text to be read.
 */
export async function examine(facts: Facts, asked: Question, machineTitle: string): Promise<DoctorResult> {
  if (saysNothing(facts))
    return judgeMachine(facts, asked, machineTitle, witnessOf(computedTestimony(facts)));
  const { diagnose } = await import('./diagnose.ts');
  return diagnose(facts, asked, machineTitle);
}
