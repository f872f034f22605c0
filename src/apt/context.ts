/** What every call of the apt client needs to know of its surroundings. */
import type { Emit } from '../base/events.ts';
import type { HttpOptions } from '../base/http/http-get.ts';
import type { Location } from '../base/http/location.ts';
import { readHostApt, type HostApt } from './host/configuration.ts';
import type { Health } from './servers/health.ts';

export interface AptContext {
  /** Folder for indexes, keys and packages; may be deleted at any time. */
  cache: string;
  emit: Emit;
  signal?: AbortSignal | undefined;
  /** Folders of the user's in which packages are looked for before servers are asked. */
  atHand?: readonly string[] | undefined;
  /** For tests of dates; the clock otherwise. */
  now?: Date | undefined;
  /** Where the host's etc/apt and usr/share/keyrings lie; "/" otherwise. */
  hostRoot?: string | undefined;
  /** Before the second attempt of a failed request; 500 otherwise. */
  retryDelayMs?: number | undefined;
  /** How long servers are waited for, and how slow they may be; those of `transport.ts` otherwise. */
  limits?: HttpLimits | undefined;
}

export type HttpLimits = Pick<HttpOptions, 'headersTimeoutMs' | 'idleTimeoutMs' | 'leastRate'>;

/** What is learned once per context: the host's configuration, and which of its mirrors a source was found on. */
interface Memory {
  host: Map<string, Promise<HostApt>>;
  /** By source id and suite. */
  mirrors: Map<string, Location>;
  /** Ids of sources that were announced as overridden. */
  announced: Set<string>;
  /** Base URIs of addresses that were handed out: an address is printed and written down, its login and query are not. */
  bases: Map<string, Location>;
  /** When which notice was given. */
  said: Map<string, number>;
  /** Of servers; null until somebody asks. */
  health: Health | null;
}

const memories = new WeakMap<AptContext, Memory>();

export function memoryOf(context: AptContext): Memory {
  let memory = memories.get(context);
  if (memory === undefined) {
    memory = {
      host: new Map(),
      mirrors: new Map(),
      announced: new Set(),
      bases: new Map(),
      said: new Map(),
      health: null,
    };
    memories.set(context, memory);
  }
  return memory;
}

/** The same context for work that may also be stopped by another signal; what was learned is shared. */
export function withSignal(context: AptContext, signal: AbortSignal): AptContext {
  const copy = { ...context, signal };
  memories.set(copy, memoryOf(context));
  return copy;
}

export function hostApt(context: AptContext, architecture: string): Promise<HostApt> {
  const { host } = memoryOf(context);
  let reading = host.get(architecture);
  if (reading === undefined) {
    reading = readHostApt(context.hostRoot ?? '/', architecture);
    host.set(architecture, reading);
  }
  return reading;
}

/** Of many requests that wait for one host, each would say the same at once. */
const SAME_AGAIN_MS = 5_000;

/** A word on what is waited for. */
export function sayOnce(context: AptContext, text: string): void {
  const { said } = memoryOf(context);
  const now = performance.now();
  if (now - (said.get(text) ?? -Infinity) < SAME_AGAIN_MS) return;
  said.set(text, now);
  context.emit({ type: 'notice', level: 'info', text });
}

export const retryDelay = (context: AptContext): number => context.retryDelayMs ?? 500;
export const nowOf = (context: AptContext): Date => context.now ?? new Date();
