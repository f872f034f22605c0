/** The words of a GPU's name, so that RTX5090, "RTX 5090" and RTX-5090 are one, and what of them may be left out. */

const BRANDS = ['geforce', 'tesla', 'quadro', 'grid'];
/** What tools and people add, and no GPU is told apart by. */
const NOISE = new Set(['nvidia', 'corporation', 'gpu', 'graphics', 'card', 'laptop', 'notebook', 'r', 'tm']);
const FORM = /[ -](?:with max-q design|laptop gpu|mobile|max-q|refresh|rev\. [a-z])(?![a-z])/gi;

/** Letters and numbers apart, in lower case: gtx, 1660, ti. */
export function wordsOf(name: string): readonly string[] {
  const apart = name.replace(FORM, ' ').toLowerCase().replace('tisuper', 'ti super');
  const words = apart.match(/[a-z]+|\d+/g) ?? [];
  return words.filter((word) => !NOISE.has(word));
}

export const brandsIn = (words: readonly string[]): readonly string[] =>
  words.filter((word) => BRANDS.includes(word));

export const brandless = (words: readonly string[]): readonly string[] =>
  words.filter((word) => !BRANDS.includes(word));

/** A name without its brand, as written and with the series that people leave out: 1080 Ti, A6000. */
export function spellings(words: readonly string[]): readonly (readonly string[])[] {
  const bare = brandless(words);
  if (brandsIn(words).some((brand) => brand !== 'geforce')) return [bare];
  return [bare, ...['gtx', 'rtx', 'gt', 'gts'].map((series) => [series, ...bare])];
}
