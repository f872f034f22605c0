/** What one output says of one GPU, by names that all forms of the output share: "remapped_rows/pending" to "Yes". */
export interface Reading {
  busId: string | null;
  index: number | null;
  values: ReadonlyMap<string, string>;
}

/** "SRAM Uncorrectable SEC-DED" is sram_uncorrectable_sec_ded; XML's names are such words already. */
export const keyOf = (label: string): string =>
  label
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
