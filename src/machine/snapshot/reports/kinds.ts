/** Reports of other programs that are taken as a snapshot: how each is known, what it is called, who reads it. */
import type { Snapshot } from '../format.ts';
import { isBugReport, snapshotOfBugReport } from './bug-report.ts';
import { isCollectedEnv, snapshotOfCollectedEnv } from './collect-env.ts';
import { isTfEnv, snapshotOfTfEnv } from './tf-env.ts';

interface ReportKind {
  /** For people: "nvidia-bug-report.sh's report". */
  title: string;
  /** @param head some kilobytes of the beginning */
  is(head: string): boolean;
  read(text: string): Snapshot;
}

const HEAD = 64 << 10;

const KINDS: readonly ReportKind[] = [
  { title: 'a report of nvidia-bug-report.sh', is: isBugReport, read: snapshotOfBugReport },
  { title: 'an output of tf_env_collect.sh', is: isTfEnv, read: snapshotOfTfEnv },
  { title: 'an output of torch.utils.collect_env', is: isCollectedEnv, read: snapshotOfCollectedEnv },
];

/** Null for a text that is no such report. */
export function reportOf(text: string): { title: string; snapshot: Snapshot } | null {
  const head = text.slice(0, HEAD);
  // A recording may hold such a report as what a command printed.
  if (/^[\s\uFEFF]{0,99}[{[]/.test(head)) return null;
  const kind = KINDS.find(({ is }) => is(head));
  return kind === undefined ? null : { title: kind.title, snapshot: kind.read(text) };
}
