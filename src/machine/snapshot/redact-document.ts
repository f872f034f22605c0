/** A result that is meant to be shown to others, without personal data. */
import { createRedactor, type KnownNames } from './redact.ts';

/**
 * Every text in it, keys too, with personal data replaced.
 *
 * @param kept names of fields that the caller chose to show as they are
 */
export function withoutPersonalData<T>(document: T, names: KnownNames, kept: readonly string[] = []): T {
  const redactor = createRedactor(names);
  // Twice: a name that is learned from a late text may stand in an early one.
  replaced(document, redactor.text, kept);
  return replaced(document, redactor.text, kept) as T;
}

function replaced(value: unknown, text: (text: string) => string, kept: readonly string[]): unknown {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return value.map((one) => replaced(one, text, kept));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      text(key),
      kept.includes(key) ? inner : replaced(inner, text, kept),
    ]),
  );
}
