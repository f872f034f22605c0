/**
 * Which lines of a kernel log are of an earlier boot than its newest one.
 *
 *     -- Boot 5c1b7a0e3d0c4a7f8c43c0d4a5f1b2e6 --            journalctl, between boots; "-- Reboot --" before systemd 250
 *     Nov 22 14:00:01 host kernel: [    0.000000] Linux version 5.15.0-91-generic ...
 *
 * nvidia-bug-report.sh puts a heading above each boot, the newest first: below "  journalctl -b -1:", or a command's own section
 * "journalctl -b -1 _COMM=Xorg", everything is of the past up to the next heading or the line of underscores between sections.
 */

const BETWEEN = /^-- (?:Boot [0-9a-f]{32}|Reboot) --/;
const CLOCK = /\[ {0,6}(\d{1,9}\.\d{6})\]/;
const KERNEL_LINE =
  /\[ {0,6}\d{1,9}\.\d{3,6}\]|\bkernel: |NVRM: |^(?:kern|daemon) ?:|^\[[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d/;
const HEADING = /^ {0,4}(?:\/[\w/]{1,60}\/)?journalctl -b -(\d{1,2})(?=[ :]|$)/;
const SEPARATOR = /^_{40,60}$/;

/** What a line holds where a boot may begin, in lower case: what is in none of them is of one boot. */
export const SIGNS_OF_A_BOOT = ['-- boot ', '-- reboot --', '[    0.000000]', 'journalctl -b -'] as const;

/** From the first line to the one after the last. */
export type LineRange = readonly [from: number, end: number];

/** How many boots ago that was whose log a line is the heading of; null for a line that is no heading. */
export function headedBoot(line: string): number | null {
  const boot = HEADING.exec(line)?.[1];
  return boot === undefined ? null : Number(boot);
}

/**
 * @param candidates indices of the lines that hold a sign, in order
 * @returns where earlier boots are, in order; empty where there is only one
 */
export function earlierBoots(lines: readonly string[], candidates: readonly number[]): readonly LineRange[] {
  const headings = candidates.flatMap((at) => {
    const boot = headedBoot(lines[at]!);
    return boot === null ? [] : [{ at, isPast: boot > 0 }];
  });
  if (headings.some(({ isPast }) => isPast)) {
    return headings.flatMap(({ at, isPast }, index): LineRange[] =>
      isPast ? [[at, sectionEnd(lines, at, headings[index + 1]?.at ?? lines.length)]] : [],
    );
  }
  let start = 0;
  for (const at of candidates) {
    if (BETWEEN.test(lines[at]!)) start = at;
    else if (clockOf(lines[at]!) === 0 && ranBefore(lines, at)) start = at;
  }
  return start === 0 ? [] : [[0, start]];
}

function sectionEnd(lines: readonly string[], from: number, most: number): number {
  for (let at = from; at < most; at++) if (SEPARATOR.test(lines[at]!.trimEnd())) return at;
  return most;
}

/** Whether a line is the kernel's, whatever stands before its clock: a terminal's lines have no boot. */
export const isKernelLine = (line: string): boolean => KERNEL_LINE.test(line);

/** The line above that has a clock shows a later time: the clock began anew. */
function ranBefore(lines: readonly string[], at: number): boolean {
  for (let index = at - 1; index >= 0 && index >= at - 5; index--) {
    const clock = clockOf(lines[index]!);
    if (clock !== null) return clock > 0;
  }
  return false;
}

function clockOf(line: string): number | null {
  const clock = CLOCK.exec(line)?.[1];
  return clock === undefined ? null : Number(clock);
}

/** Whether a line is in one of the ranges, which are in order and do not overlap: there may be one per line of a hostile log. */
export function isWithin(ranges: readonly LineRange[], at: number): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[middle]![1] <= at) low = middle + 1;
    else high = middle;
  }
  return low < ranges.length && ranges[low]![0] <= at;
}

/** Lines of a log without those of earlier boots. */
export function ofNewestBoot(lines: readonly string[]): readonly string[] {
  const candidates = lines.flatMap((line, index) => {
    const lower = line.toLowerCase();
    return SIGNS_OF_A_BOOT.some((sign) => lower.includes(sign)) ? [index] : [];
  });
  const past = earlierBoots(lines, candidates);
  return past.length === 0 ? lines : lines.filter((_, at) => !isWithin(past, at));
}
