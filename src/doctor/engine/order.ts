/** Display order: errors, warnings, information; among errors the root cause first. */
import { LAYERS } from '../layers.ts';
import { SEVERITIES, type Found } from './found.ts';
import type { Roots } from './relations.ts';

export function inDisplayOrder(all: readonly Found[], roots: Roots): Found[] {
  return all
    .map((one) => ({ one, key: keyOf(one, roots) }))
    .sort((a, b) => {
      const index = a.key.findIndex((part, i) => part !== b.key[i]);
      return index < 0 ? 0 : a.key[index]! - b.key[index]!;
    })
    .map(({ one }) => one);
}

function keyOf(one: Found, roots: Roots): number[] {
  const { finding, diagnosis } = one;
  return [
    SEVERITIES.indexOf(finding.severity),
    Number(!roots.isRoot(one)),
    // What is merely possible does not stand before what is shown.
    Number(finding.confidence === 'possible'),
    LAYERS.indexOf(diagnosis.layer),
    -one.rank,
  ];
}
