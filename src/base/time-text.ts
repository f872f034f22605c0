/** A point in time as people write it, by the clock of this machine and to the minute: "2026-11-25 10:31". */

/** @param when what is no time is said as it stands */
export function timeText(when: string | Date): string {
  const time = new Date(when);
  if (Number.isNaN(time.getTime())) return String(when);
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
