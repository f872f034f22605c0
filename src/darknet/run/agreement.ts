/** Whether two ways to calculate a network see the same objects. */
import { overlap, type Detection } from '../data/box.ts';

export interface Tolerance {
  /** Most that the scores of one object may differ. */
  score: number;
  /** Least that its two boxes overlap. */
  overlap: number;
  /**
   * Share of the objects that may be missed: of two boxes that overlap by just the most that is allowed, rounding decides
   * whether one or both are kept.
   */
  missed: number;
}

/** 24 bits of mantissa, summed in another order, through six layers. */
export const FP32: Tolerance = { score: 0.02, overlap: 0.98, missed: 0.005 };
/** 11 bits of mantissa. */
export const FP16: Tolerance = { score: 0.05, overlap: 0.95, missed: 0.02 };

/** Objects that count as seen. */
const SEEN = 0.25;

export interface Agreement {
  /** Objects that either way sees. */
  objects: number;
  /** Of these, those that the other way does not see within the tolerance. */
  missed: number;
  /** Of those that both see. */
  largestScoreDifference: number;
  leastOverlap: number;
}

/** @param pairs the detections of both ways, picture by picture */
export function agreementOf(
  pairs: readonly (readonly [readonly Detection[], readonly Detection[]])[],
  tolerance: Tolerance,
): Agreement {
  const result = { objects: 0, missed: 0, largestScoreDifference: 0, leastOverlap: 1 };
  for (const [one, other] of pairs) {
    const matches = [...bestMatches(one, other), ...bestMatches(other, one)];
    for (const match of matches) {
      result.objects += 1;
      if (match === null || match.difference > tolerance.score || match.overlap < tolerance.overlap) {
        result.missed += 1;
      }
      if (match === null) continue;
      result.largestScoreDifference = Math.max(result.largestScoreDifference, match.difference);
      result.leastOverlap = Math.min(result.leastOverlap, match.overlap);
    }
  }
  return result;
}

/** For each object that is seen, the one of its class that it overlaps most; null where none overlaps it by half. */
function bestMatches(
  seen: readonly Detection[],
  other: readonly Detection[],
): ({ difference: number; overlap: number } | null)[] {
  return seen
    .filter(({ score }) => score >= SEEN)
    .map((object) => {
      const [best] = other
        .filter((one) => one.class === object.class && overlap(one.box, object.box) >= 0.5)
        .sort((a, b) => overlap(b.box, object.box) - overlap(a.box, object.box));
      if (best === undefined) return null;
      return {
        difference: Math.abs(best.score - object.score),
        overlap: overlap(best.box, object.box),
      };
    });
}
