/**
 * What long work tells the outside while it runs. Work never prints: it emits events, and the command line decides
 * what a terminal, a log file or nobody sees of them.
 */
export type WorkEvent =
  | { type: 'start'; id: string; title: string; total?: number; unit?: WorkUnit }
  | { type: 'progress'; id: string; done: number }
  | { type: 'end'; id: string; outcome: 'done' | 'failed' | 'reused' | 'skipped'; note?: string }
  /** Work of many parts begins. What the tasks with the ids of its parts tell is how far it is; it has an `end` of its own. */
  | { type: 'whole'; id: string; title: string; parts: readonly WholePart[] }
  /** Something of a work begins or ends, waiting for its turn left out: for who asks where the time goes. */
  | { type: 'span'; edge: 'begin' | 'end'; step: string; subject: string }
  /** One action of a plan is done; they come in the order of the plan. */
  | { type: 'action'; name: string; subject: string }
  /** `detail`: for who asked to be told all (--verbose). */
  | { type: 'notice'; level: 'detail' | 'info' | 'warning'; text: string };

/** A task that is part of a whole, told before it starts. */
export interface WholePart {
  id: string;
  stage: 'fetch' | 'unpack';
  /** What it counts among all parts; of a fetch, its bytes. */
  weight: number;
}

export type WorkUnit = 'bytes' | 'files' | 'sources' | 'steps';

export type Emit = (event: WorkEvent) => void;

export const silent: Emit = () => {};
