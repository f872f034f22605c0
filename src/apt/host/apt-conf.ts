/** apt.conf(5) as far as it can be read without apt: a tree of named values. */

/** Values by lower-case path ("acquire::http::proxy"); the last assignment wins. Broken text gives what came before it. */
export type AptConf = ReadonlyMap<string, string>;

/**
 *     Acquire::http::Proxy "http://proxy:3142";
 *     Acquire { https { Proxy "DIRECT"; Proxy { "a"; }; }; };   // comments: #, // and the C kind
 */
export function parseAptConf(texts: readonly string[]): AptConf {
  const values = new Map<string, string>();
  for (const text of texts) readText(text, values);
  return values;
}

const TOKEN = /"([^"\n]*)"|[{};]|[^\s"{};]+/g;

function readText(text: string, values: Map<string, string>): void {
  const scopes: string[] = [];
  let words: string[] = [];
  const path = (name: string): string =>
    [...scopes, name]
      .filter((part) => part !== '')
      .join('::')
      .toLowerCase();
  for (const match of withoutComments(text).matchAll(TOKEN)) {
    const [token, quoted] = match;
    if (quoted === undefined && token === '{') {
      scopes.push(words[0] ?? '');
      words = [];
    } else if (quoted === undefined && (token === '}' || token === ';')) {
      const [name, value] = words;
      if (name !== undefined && value !== undefined && !name.startsWith('#')) values.set(path(name), value);
      if (name?.toLowerCase() === '#clear' && value !== undefined) clear(value, values);
      words = [];
      if (token === '}') scopes.pop();
    } else {
      words.push(quoted ?? token);
    }
  }
}

function clear(name: string, values: Map<string, string>): void {
  const path = name.replace(/:+$/, '').toLowerCase();
  for (const key of [...values.keys()]) if (key === path || key.startsWith(`${path}::`)) values.delete(key);
}

/** Comments end no string: a URL's "//" inside quotes stays. "#clear" and "#include" are directives, not comments. */
function withoutComments(text: string): string {
  return text.replace(/"[^"\n]*"|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|#(?!clear\b|include\b)[^\n]*/gi, (part) =>
    part.startsWith('"') ? part : ' ',
  );
}
