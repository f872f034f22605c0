/**
 * Text from outside (logs, file names, GPU names, control files) may carry terminal escape sequences or bidirectional
 * overrides, and URLs in it may carry passwords. Every renderer passes it through here.
 */

// C0 except tab and newline, DEL, C1, and the Unicode bidirectional controls.
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

// "https://user:password@host", "https://token@host": a name alone is no secret where it is ssh's ("ssh://git@host").
const LOGIN = /(?<!\bssh):\/\/[^\s/?#"'<>]*@|(?<=\bssh):\/\/[^\s/?#"'<>:]*:[^\s/?#"'<>]*@/gi;

/** URLs in text, without user and password. */
export function withoutLogins(text: string): string {
  return text.includes('://') ? text.replace(LOGIN, '://') : text;
}

/** Makes text safe for a terminal or a JSON document; newlines and tabs stay. */
export function escapeText(text: string): string {
  return withoutLogins(text).replace(UNSAFE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same for text that must stay on one line. */
export function escapeLine(text: string): string {
  return escapeText(text).replaceAll('\n', '\\n').replaceAll('\t', ' ');
}

/** Escapes every string (keys too) inside a JSON-like value. */
export function escapeDeep<T>(value: T): T {
  if (typeof value === 'string') return escapeText(value) as T;
  if (Array.isArray(value)) return value.map(escapeDeep) as T;
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [escapeText(k), escapeDeep(v)])) as T;
  }
  return value;
}
