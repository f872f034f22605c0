/** The terms that what is fetched comes under. */
import type { Component, Family } from './request.ts';

export interface Licence {
  id: string;
  title: string;
  /** Page of whoever made the terms. */
  url: string;
  /** Families it speaks of; null: all. */
  families: readonly Family[] | null;
  /** Components it speaks of; null: all. */
  components: readonly Component[] | null;
}

/** Those of a catalogue that apply to what is installed, in the catalogue's order. */
export function licencesFor(
  catalogue: readonly Licence[],
  family: Family,
  components: readonly Component[],
): readonly Licence[] {
  return catalogue.filter(
    (licence) =>
      (licence.families === null || licence.families.includes(family)) &&
      (licence.components === null || licence.components.some((component) => components.includes(component))),
  );
}
