/** Of things in an order those nearest to one of them: the first that does before it and the first that does after it. */

/**
 * @param at where the one is that does not do; out of bounds for one that is not among them
 * @returns at most two answers, the nearer first
 */
export function nearestThat<T, Answer>(
  ordered: readonly T[],
  at: number,
  answerFor: (one: T) => Answer | null,
): Answer[] {
  const before = firstAnswer(ordered, at, -1, answerFor);
  const after = firstAnswer(ordered, at, 1, answerFor);
  return [before, after]
    .filter((one) => one !== null)
    .sort((a, b) => a.distance - b.distance)
    .map(({ answer }) => answer);
}

function firstAnswer<T, Answer>(
  ordered: readonly T[],
  at: number,
  step: -1 | 1,
  answerFor: (one: T) => Answer | null,
): { answer: Answer; distance: number } | null {
  for (let distance = 1, index = at + step; index >= 0 && index < ordered.length; distance++, index += step) {
    const answer = answerFor(ordered[index]!);
    if (answer !== null) return { answer, distance };
  }
  return null;
}
