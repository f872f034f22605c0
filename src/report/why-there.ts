/** Why a package of a prefix is there, for people. */
import type { Why } from '../prefix/plan/why-there.ts';
import { saysAll, type Terminal } from './terminal.ts';

/** On a terminal, more are counted. */
const NAMED = 2;

/** "needed by cuda-cublas-dev-10-0"; else what asked for it: "compiler, libraries of cuda@10.0", "cudnn@7.5", "profiler". */
export function whyText({ components, specs, neededBy }: Why, terminal: Terminal): string {
  if (neededBy !== null && neededBy.length > 0) {
    const named = saysAll(terminal) ? neededBy : neededBy.slice(0, NAMED);
    const more = neededBy.length - named.length;
    return `needed by ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  }
  // Of what has a version of its own the spec says it all: cudnn@7.5 is the component cudnn.
  const told = components.filter((one) => !specs.some((spec) => spec === one || spec.startsWith(`${one}@`)));
  if (told.length === 0) return specs.join(', ');
  return specs.length === 0 ? told.join(', ') : `${told.join(', ')} of ${specs.join(', ')}`;
}
