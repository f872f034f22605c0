/** The terms that what is fetched comes under. */
import type { Packaging } from '../../compat/releases.ts';
import type { Component } from '../layout/component.ts';

export interface Licence {
  id: string;
  title: string;
  /** Page of whoever made the terms. */
  url: string;
  /** Packagings it speaks of; null: all. */
  families: readonly Packaging[] | null;
  /** Components it speaks of; null: all. */
  components: readonly Component[] | null;
}

/** Those of a catalogue that apply to what is installed, in the catalogue's order. */
export function licencesFor(
  catalogue: readonly Licence[],
  family: Packaging,
  components: readonly Component[],
): readonly Licence[] {
  return catalogue.filter(
    (licence) =>
      (licence.families === null || licence.families.includes(family)) &&
      (licence.components === null || licence.components.some((component) => components.includes(component))),
  );
}
