/** How a rule of a layout fits a path: anchored patterns over paths, tried in order; the first that matches decides. */

/** One row of rules/<name>.json. Exactly one of `to` and `drop`. */
export interface PlaceRule {
  /** Regular expression over the whole member path; CUDA and TRIPLET stand for the release's own names. */
  path: string;
  /** Regular expression over the whole package name; without it, every package. */
  package?: string;
  /** Path below the prefix, with $1, $2. */
  to?: string;
  /** Why the member is left out. */
  drop?: string;
}

export interface CompiledRule {
  path: RegExp;
  package: RegExp | null;
  to: string | null;
  drop: string;
}

const TRIPLET = '(?:x86_64-linux-gnu|aarch64-linux-gnu)';

/**
 * @param cuda "10.0": in a rule, CUDA is the folder of this release (`cuda-10.0`) and of no other, so that what belongs
 *   to another release is never mixed in
 */
export function compileRules(rules: readonly PlaceRule[], cuda: string): readonly CompiledRule[] {
  const folder = `cuda-${cuda.replaceAll('.', '\\.')}`;
  return rules.map((rule) => ({
    path: whole(rule.path.replaceAll('CUDA/', `${folder}/`).replaceAll('TRIPLET', TRIPLET)),
    package: rule.package === undefined ? null : whole(rule.package),
    to: rule.to ?? null,
    drop: rule.drop ?? '',
  }));
}

/** The pattern, bound to the whole text. */
export function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}

/** "$1" in a rule's target is what the first pair of parentheses matched. */
export function substitute(target: string, match: RegExpExecArray): string {
  return target.replace(/\$([0-9])/g, (_, digit: string) => match[Number(digit)] ?? '');
}
