/** Sizes, durations and ages in words; sizes in powers of ten, as apt and NVIDIA's pages give them. */

export { bytesText } from '../base/bytes-text.ts';

/** "0.4 s", "12 s", "3 min 5 s", "1 h 20 min" */
export function secondsText(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Of time left, no finer than anybody can know it: "45 s", "3 min 20 s", "25 min", "1 h 20 min" */
export function leftText(seconds: number): string {
  const step = seconds < 60 ? 1 : seconds < 600 ? 10 : 60;
  return secondsText(Math.max(10, Math.ceil(seconds / step) * step)).replace(/^10 s$/, 'a few seconds');
}

/** "a minute ago", "3 hours ago", "12 days ago" */
export function agoText(now: Date, then: Date): string {
  const minutes = Math.max(1, Math.round((now.getTime() - then.getTime()) / 60_000));
  if (minutes === 1) return 'a minute ago';
  if (minutes < 120) return `${minutes} minutes ago`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours ago` : `${Math.round(hours / 24)} days ago`;
}
