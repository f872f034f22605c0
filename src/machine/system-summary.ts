/**
 * What kind of computer this is, in a few words for people: system, CPU, memory, board. Never a source of facts about
 * GPUs, and never on the way of a command that somebody waits for: it alone takes longer than a whole doctor's run.
 */
import { arch, release, totalmem } from 'node:os';
import { abortable } from '../base/abortable.ts';

/** Null: not known. */
export interface SystemSummary {
  /** "Debian GNU/Linux 12 (bookworm)" */
  distribution: string | null;
  kernel: string;
  architecture: string;
  /** "AMD Ryzen 7 5800H" */
  cpu: string | null;
  /** Logical ones. */
  cores: number | null;
  memoryBytes: number;
  /** "LENOVO 20Y7003XGE" */
  board: string | null;
}

const TIME_LIMIT_MS = 5000;

export async function systemSummary(signal: AbortSignal): Promise<SystemSummary> {
  const { default: si } = await import('systeminformation');
  const limited = AbortSignal.any([signal, AbortSignal.timeout(TIME_LIMIT_MS)]);
  // What cannot be found out in time is not known; a signal of the caller's still ends everything.
  const known = <T>(asked: Promise<T>): Promise<T | null> => abortable(asked, limited).catch(() => null);
  const [os, cpu, board] = await Promise.all([known(si.osInfo()), known(si.cpu()), known(si.system())]);
  signal.throwIfAborted();
  return {
    distribution: words(os?.distro, os?.release, os?.codename === '' ? '' : `(${os?.codename})`),
    kernel: release(),
    architecture: arch(),
    cpu: words(cpu?.manufacturer, cpu?.brand),
    cores: cpu === null || cpu.cores === 0 ? null : cpu.cores,
    memoryBytes: totalmem(),
    board: words(board?.manufacturer, board?.model),
  };
}

/** Those that say something, in a row; null where none does. */
function words(...texts: readonly (string | undefined)[]): string | null {
  const said = texts.filter((text) => text !== undefined && !/^(|-|\(undefined\)|unknown)$/i.test(text));
  return said.length === 0 ? null : said.join(' ');
}
