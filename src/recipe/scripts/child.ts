/** The process that runs a recipe's script: takes its data from the program, gives it zx and a way to report. */
import { pathToFileURL } from 'node:url';
import { $ as zx, ProcessOutput, type LogEntry } from 'zx/core';
import { messageOf } from '../../base/errors.ts';
import type {
  FetchedSource,
  FromScript,
  Script,
  ScriptContext,
  ScriptData,
  ScriptFailure,
  ToScript,
} from './contract.ts';
import type { JsonValue } from '../../base/json.ts';

class ScriptStop extends Error {
  readonly code: string;
  readonly hint: string | null;

  constructor(code: string, message: string, hint: string | null) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** @returns the exit code of the process: 0 when an answer was given, be it a failure */
export async function runScriptChild(): Promise<number> {
  const send = process.send?.bind(process);
  if (send === undefined) return 2;
  const tell = (message: FromScript): Promise<void> =>
    new Promise((sent) => send(message, undefined, undefined, () => sent()));
  // The program is gone (killed): nobody wants the result, and no compiler may run on alone.
  process.on('disconnect', killOwnGroup);
  await tell({ type: 'ready' });
  const order = await nextMessage('run');
  await tell(await answer(order.script, contextOf(order.data, tell)));
  process.off('disconnect', killOwnGroup);
  process.disconnect();
  return 0;
}

async function answer(script: string, ctx: ScriptContext): Promise<FromScript> {
  try {
    const module = (await import(pathToFileURL(script).href)) as { default?: unknown };
    if (typeof module.default !== 'function') {
      throw new ScriptStop('bad-script', `${script} exports no function as its default`, null);
    }
    const result = await (module.default as Script)(ctx);
    return { type: 'done', result: asJson(result) };
  } catch (error) {
    return { type: 'failed', failure: failureOf(error) };
  }
}

function asJson(result: JsonValue | undefined): JsonValue {
  return result === undefined ? null : (JSON.parse(JSON.stringify(result)) as JsonValue);
}

function contextOf(data: ScriptData, tell: (message: FromScript) => Promise<void>): ScriptContext {
  return {
    ...data,
    $: shell(),
    log: (text) => void tell({ type: 'log', text }),
    progress: (done, total) => void tell({ type: 'progress', done, total }),
    fetchSource: async (): Promise<FetchedSource> => {
      const answered = Promise.race([nextMessage('source'), nextMessage('no-source')]);
      await tell({ type: 'fetch-source' });
      const message = await answered;
      if (message.type === 'no-source')
        throw new ScriptStop('no-source', 'this command gives no source', null);
      return message.source;
    },
    fail: (code, message, hint) => {
      throw new ScriptStop(code, message, hint ?? null);
    },
  };
}

/**
 * zx with a shell that every system has (bash is not everywhere), everything in one process group, and what commands
 * print passed on as it comes.
 */
function shell(): ScriptContext['$'] {
  return zx({
    shell: '/bin/sh',
    prefix: 'set -eu; ',
    quote: quoteForSh,
    detached: false,
    verbose: true,
    log: passOn,
  });
}

/** `verbose` is false where the script asked for quiet. */
function passOn(entry: LogEntry): void {
  if (!('verbose' in entry) || !entry.verbose) return;
  if (entry.kind === 'cmd') process.stdout.write(`$ ${entry.cmd}\n`);
  else if (entry.kind === 'stdout' || entry.kind === 'stderr') process.stdout.write(entry.data);
}

/** Single quotes keep everything but themselves; zx's own way ($'...') is bash's. */
export function quoteForSh(text: string): string {
  return /^[\w/:=.,@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function nextMessage<T extends ToScript['type']>(type: T): Promise<Extract<ToScript, { type: T }>> {
  return new Promise((come) => {
    const heard = (message: ToScript): void => {
      if (message.type !== type) return;
      process.off('message', heard);
      come(message as Extract<ToScript, { type: T }>);
    };
    process.on('message', heard);
  });
}

function killOwnGroup(): void {
  process.kill(-process.pid, 'SIGKILL');
}

function failureOf(error: unknown): ScriptFailure {
  const stack = error instanceof Error ? (error.stack ?? null) : null;
  if (error instanceof ScriptStop) {
    return { code: error.code, message: error.message, hint: error.hint, exitCode: null, stack };
  }
  if (error instanceof ProcessOutput) {
    const how = error.signal === null ? `with exit code ${error.exitCode}` : `by ${error.signal}`;
    return {
      code: null,
      message: `a command ended ${how}`,
      hint: null,
      exitCode: error.exitCode,
      stack: null,
    };
  }
  return { code: null, message: messageOf(error), hint: null, exitCode: null, stack };
}
