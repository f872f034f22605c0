/** Relationship fields of Packages stanzas (deb-control(5)): Depends, Pre-Depends, Recommends, Provides. */
import type { Dependency, DependencyClause } from '../types.ts';

// Matched against text whose runs of blanks were made one space each: no two unbounded parts meet.
const ALTERNATIVE =
  /^([a-z0-9][a-z0-9+.-]*)(?::([a-z0-9-]+))? ?(?:\( ?(<<|<=|=|>=|>>|<|>) ?([^ ()]+) ?\))? ?(?:\[([^\]]*)\])?(?: ?<[^>]*>)*$/i;

/** The obsolete single characters mean "or equal". */
const RELATIONS: Readonly<Record<string, Dependency['relation']>> = {
  '<': '<=',
  '>': '>=',
  '<<': '<<',
  '<=': '<=',
  '=': '=',
  '>=': '>=',
  '>>': '>>',
};

/**
 *     libc6 (>= 2.34), libcuda1 (>= 520) | libcuda.so.1 (>= 520), python3:any, gcc [amd64 !i386]
 *
 * Alternatives restricted to other architectures are left out; a clause that has none left is left out too. What does
 * not follow the syntax is kept as a dependency on the text itself, so that it shows up as one that cannot be met.
 */
export function parseDependencies(text: string, architecture: string): DependencyClause[] {
  const clauses: DependencyClause[] = [];
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const alternatives: Dependency[] = [];
    for (const piece of part.split('|')) {
      const trimmed = piece.trim().replace(/\s+/g, ' ');
      const match = ALTERNATIVE.exec(trimmed);
      if (match === null) {
        alternatives.push({ name: trimmed, qualifier: null, relation: null, version: null });
      } else if (appliesTo(match[5], architecture)) {
        const [, name, qualifier, relation, version] = match;
        alternatives.push({
          name: name!,
          qualifier: qualifier ?? null,
          relation: relation === undefined ? null : (RELATIONS[relation] ?? null),
          version: version ?? null,
        });
      }
    }
    if (alternatives.length > 0) clauses.push(alternatives);
  }
  return clauses;
}

/** "[amd64 arm64]" names where it applies, "[!i386]" where it does not. */
function appliesTo(restriction: string | undefined, architecture: string): boolean {
  if (restriction === undefined) return true;
  const names = restriction.trim().split(/\s+/);
  const refused = names.filter((name) => name.startsWith('!')).map((name) => name.slice(1));
  if (refused.length > 0) return !refused.includes(architecture);
  return names.some((name) => name === architecture || name === 'any' || name === 'linux-any');
}

/** As Debian writes it: "libcuda1 (>= 520) | libcuda.so.1". */
export function formatClause(clause: DependencyClause): string {
  return clause.map(formatDependency).join(' | ');
}

export function formatDependency({ name, qualifier, relation, version }: Dependency): string {
  const full = qualifier === null ? name : `${name}:${qualifier}`;
  return relation === null ? full : `${full} (${relation} ${version})`;
}
