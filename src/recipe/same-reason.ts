/** A reason that is the same of several sources, but for their names: said once, with all of them. */

/** In the place of a source's name; in no message. */
const NAMED = '\u0000';

/** The reason without the name, which is the same for others. */
export const withoutName = (message: string, id: string): string => message.replaceAll(id, NAMED);

export const withNames = (reason: string, ids: readonly string[]): string =>
  reason.replaceAll(NAMED, () => ids.join(', '));

/** Each reason once; one that does not name its source does so before it. */
export function reasonsOf(failures: readonly { id: string; message: string }[]): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const { id, message } of failures) {
    const reason = withoutName(message.includes(id) ? message : `${id}: ${message}`, id);
    byReason.set(reason, [...(byReason.get(reason) ?? []), id]);
  }
  return [...byReason].map(([reason, ids]) => withNames(reason, ids));
}
