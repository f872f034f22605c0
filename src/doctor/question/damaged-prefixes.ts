/** Which damaged prefixes are what is asked about. */
import { valueOf } from '../../machine/answer.ts';
import { meansVersion } from '../../compat/version-range.ts';
import type { DamagedPrefix, Facts } from '../../machine/facts.ts';
import { isOfRelease } from '../../machine/questions/toolkit.ts';
import type { Needs, Question } from '../types.ts';

/**
 * Whether what is asked for is this one: by its name, or by its release where no prefix or toolkit of that release is whole. Where
 * nothing is asked for, those in use are.
 */
export function isMeant(one: DamagedPrefix, facts: Facts, { needs }: Question): boolean {
  if (needs?.cuda == null) return one.inUse.length > 0 && needs?.compiler !== false;
  return (
    one.name === needs.prefix ||
    (one.cuda !== null && meansVersion(one.cuda, needs.cuda) && !served(facts, needs))
  );
}

export function meantAndDamaged(facts: Facts, question: Question): readonly DamagedPrefix[] {
  return (valueOf(facts.damagedPrefixes) ?? []).filter((one) => isMeant(one, facts, question));
}

function served(facts: Facts, { cuda }: Needs): boolean {
  const damaged = damagedNames(facts);
  return (valueOf(facts.toolkits) ?? []).some(
    (toolkit) => isOfRelease(toolkit, cuda) && !(toolkit.prefix !== null && damaged.has(toolkit.prefix)),
  );
}

/** Names; of two homes one may have a whole prefix of the same name, which then counts for damaged. */
export function damagedNames(facts: Facts): ReadonlySet<string> {
  return new Set((valueOf(facts.damagedPrefixes) ?? []).map(({ name }) => name));
}
