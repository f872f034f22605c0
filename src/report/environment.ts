/** A changed environment as commands of a shell, quoted so that no value can be more than a value. */
import { shellWord } from '../base/processes/shell-line.ts';

/** Null takes a variable away. */
type Variables = Readonly<Record<string, string | null>>;

/** For sh, bash, zsh and every other POSIX shell. */
export function shEnvironment(variables: Variables): string {
  return Object.entries(variables)
    .map(([name, value]) => (value === null ? `unset ${name}\n` : `export ${name}=${shellWord(value)}\n`))
    .join('');
}

/** fish keeps PATH as a list and joins it itself; before fish 3.0 it did not take one text with colons. */
export function fishEnvironment(variables: Variables): string {
  return Object.entries(variables)
    .map(([name, value]) => {
      if (value === null) return `set -e ${name}\n`;
      const words = name === 'PATH' ? value.split(':') : [value];
      return `set -gx ${name} ${words.map(fishWord).join(' ')}\n`;
    })
    .join('');
}

/** Inside fish's single quotes a backslash is special before a quote and before another backslash. */
function fishWord(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
