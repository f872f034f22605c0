/** What a finding is about, in one word. */
import type { GpuFacts, ToolkitFacts } from '../machine/facts.ts';
import type { Subject } from './types.ts';

export function subjectOf(toolkit: ToolkitFacts): Subject {
  return toolkit.prefix === null ? `toolkit:${toolkit.path}` : `prefix:${toolkit.prefix}`;
}

/** A GPU that was named without its address is no more than the machine's. */
export function subjectOfGpu({ busId }: { busId: GpuFacts['busId'] | null }): Subject {
  return busId === null || busId.startsWith('?') ? 'machine' : `gpu:${busId}`;
}
