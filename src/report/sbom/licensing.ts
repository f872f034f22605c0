/** Which licence each package of a bill comes under, as far as something says so. Pure. */
import { createHash } from 'node:crypto';
import { spdxExpression } from '../../compat/licence-names.ts';
import { licenceNames } from '../../formats/debian-copyright.ts';
import type { BilledPackage } from '../../prefix/home/bill-of-materials.ts';
import { licencesFor, type Licence } from '../../prefix/plan/licence.ts';

/** A licence that SPDX's list does not have. */
export interface OwnLicence {
  /** "LicenseRef-libcublas11-1f2e3d4c" */
  ref: string;
  title: string;
  /** What the package says, whole; where it brought nothing along, where the terms stand. */
  text: string;
  url: string | null;
}

export interface Licensing {
  /** SPDX expressions by the name of the package; one that is missing says nothing of its licence. */
  expressions: ReadonlyMap<string, string>;
  /** Those that expressions refer to, each once. */
  own: readonly OwnLicence[];
}

/** @param catalogue terms of publishers whose packages bring no text along */
export function licensingOf(packages: readonly BilledPackage[], catalogue: readonly Licence[]): Licensing {
  const expressions = new Map<string, string>();
  const own = new Map<string, OwnLicence>();
  const refer = (key: string, made: () => OwnLicence): string => {
    const known = own.get(key) ?? made();
    own.set(key, known);
    return known.ref;
  };
  for (const one of packages) {
    const parts =
      one.texts.length > 0
        ? one.texts.flatMap((text) => namesIn(text.text) ?? refer(text.text, () => ofText(one.name, text)))
        : termsOf(one, catalogue).map((terms) => refer(terms.id, () => ofTerms(terms)));
    // A choice stands in brackets and holds no AND of its own.
    const each = new Set(parts.flatMap((part) => part.split(' AND ')));
    if (each.size > 0) expressions.set(one.name, [...each].join(' AND '));
  }
  return { expressions, own: [...own.values()].sort((a, b) => (a.ref < b.ref ? -1 : 1)) };
}

/** Null where a text is not wholly said by names of SPDX. */
function namesIn(text: string): readonly string[] | null {
  const said = licenceNames(text)?.map(spdxExpression);
  return said === undefined || said.includes(null) ? null : (said as string[]);
}

function ofText(name: string, { file, text }: BilledPackage['texts'][number]): OwnLicence {
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return { ref: `LicenseRef-${idText(name)}-${digest}`, title: `${file} of ${name}`, text, url: null };
}

function ofTerms({ id, title, url }: Licence): OwnLicence {
  return { ref: `LicenseRef-${idText(id)}`, title, text: `${title}: ${url}`, url };
}

/** What a component has terms of its own for, comes under those. */
function termsOf(
  { packaging, components }: BilledPackage,
  catalogue: readonly Licence[],
): readonly Licence[] {
  if (packaging !== 'nvidia') return [];
  const terms = licencesFor(catalogue, packaging, components);
  const special = terms.filter((one) => one.components !== null);
  return special.length > 0 ? special : terms;
}

/** What SPDX allows in its identifiers: letters, digits, "." and "-". */
export const idText = (name: string): string => name.replaceAll('+', '.plus').replace(/[^A-Za-z0-9.-]/g, '-');
