/** Debian's copyright files: the machine-readable ones say by name what each part is under. */
import { parseLooseDeb822 } from './deb822.ts';

const FORMAT = /\/copyright-format\/1\.0\/?$/;

/**
 * The names of its licences, each once, in the order in which they first stand there.
 *
 * @returns null for a file in free text, and for one that names none
 */
export function licenceNames(text: string): readonly string[] | null {
  const [head, ...stanzas] = parseLooseDeb822(text);
  if (head === undefined || !FORMAT.test(head.fields.get('format')?.value ?? '')) return null;
  const names = [head, ...stanzas]
    // A stanza of a licence alone gives the text to a name that stands at files.
    .filter(({ fields }) => fields.has('files') || fields.has('format'))
    .map(({ fields }) => fields.get('license')?.value.split('\n', 1)[0]?.trim())
    .filter((name): name is string => name !== undefined && name !== '');
  return names.length === 0 ? null : [...new Set(names)];
}
