/** Text for roff: every character stands for itself, whatever the macro package makes of it. */

/** Characters that typeset as others, or that begin something. A plain "-" would become a hyphen, which nobody can copy. */
const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\(rs',
  '-': '\\-',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
  '"': '\\(dq',
};

/** Within a line or an argument in quotes. */
export function escaped(text: string): string {
  return text.replace(/[\\\-'`^~"]/g, (one) => SPECIAL[one]!).replace(/[^\x20-\x7e]/gu, codePoint);
}

/** Beyond ASCII by number, which old groffs in any locale understand; control characters are left out. */
function codePoint(character: string): string {
  const code = character.codePointAt(0)!;
  if (character === '\n') return ' ';
  return code < 0xa0 ? '' : `\\[u${code.toString(16).toUpperCase().padStart(4, '0')}]`;
}

/** More than a narrow terminal may have: it may be broken behind what divides its parts. */
const LONG_WORD = /\S{24,}/g;

/** A paragraph of its own line: one that begins with a dot would be a request. */
export function textLine(text: string): string {
  const breakable = text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(LONG_WORD, (word) => word.replace(/[/_,](?=.)/g, '$&\n'));
  return notARequest(breakable.split('\n').map(escaped).join('\\:'));
}

export const bold = (text: string): string => `\\fB${escaped(text)}\\fR`;
export const italic = (text: string): string => `\\fI${escaped(text)}\\fR`;

/** A request with its arguments, each quoted. */
export function request(name: string, ...words: readonly string[]): string {
  return [`.${name}`, ...words.map((word) => `"${escaped(word)}"`)].join(' ');
}

const notARequest = (line: string): string => (line.startsWith('.') ? `\\&${line}` : line);

/** Lines as they stand, never broken: commands that are to be copied. */
export function verbatim(lines: readonly string[]): string[] {
  return ['.PP', '.nf', '.RS 4', ...lines.map((line) => notARequest(escaped(line))), '.RE', '.fi'];
}
