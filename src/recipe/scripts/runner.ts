/** Runs a recipe's script in a process of its own, with a time limit, and stops everything it started. */
import type { ChildProcess } from 'node:child_process';
import { asRecipeCode } from '../../base/error-codes.ts';
import { GpuSetupError, messageOf } from '../../base/errors.ts';
import { selfArgv } from '../../base/processes/own-program.ts';
import { spawnGroup, stopGroup } from '../../base/processes/process-group.ts';
import {
  SCRIPT_MODE,
  type FetchedSource,
  type FromScript,
  type ScriptData,
  type ScriptFailure,
  type ToScript,
} from './contract.ts';
import type { JsonValue } from '../../base/json.ts';

export interface ScriptRun {
  /** Absolute path of build.mjs or smoke.mjs. */
  script: string;
  data: ScriptData;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** What the script and its commands print, in order, as it comes. */
  onOutput(chunk: Buffer): void;
  /** A line of progress. */
  onLog(text: string): void;
  onProgress?(done: number, total: number): void;
  /** Where it may ask for a source. */
  fetchSource?: (() => Promise<FetchedSource>) | undefined;
  /** How this program is started; for tests, which run inside another one. */
  self?: readonly [string, ...string[]];
}

/** Between the request to stop and the end by force. */
const GRACE_MS = 3_000;
const READY_MS = 30_000;

/**
 * @returns what the script returned
 * @throws GpuSetupError `script-failed` with `details.exitCode`, or the code that the script gave; `script-timeout`;
 *   `script-not-started`; what fetchSource throws; the signal's reason
 */
export async function runScript(run: ScriptRun): Promise<JsonValue> {
  run.signal?.throwIfAborted();
  const [program, ...args] = run.self ?? selfArgv();
  // A group of its own: Ctrl-C comes from us alone, and reaches whatever make has started.
  const child = spawnGroup([program, ...args, SCRIPT_MODE], {
    cwd: run.data.paths.work,
    env: run.data.environment,
    ipc: true,
  });
  child.stdout?.on('data', run.onOutput);
  child.stderr?.on('data', run.onOutput);
  const ended = endOf(child);
  try {
    return await conversation(child, run, ended);
  } finally {
    // What the script left running is ended with it.
    await stopGroup(child, ended, GRACE_MS);
  }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(messageOf(error)));
    // "close" comes after the last output.
    child.once('close', (code, signal) =>
      resolve(signal === null ? `exit code ${code}` : `ended by ${signal}`),
    );
  });
}

function conversation(child: ChildProcess, run: ScriptRun, ended: Promise<string>): Promise<JsonValue> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      clearTimeout(timer);
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const limit = (ms: number, error: () => GpuSetupError): NodeJS.Timeout =>
      setTimeout(() => fail(error()), ms);
    let timer = limit(READY_MS, () => notStarted(`it gave no sign within ${READY_MS / 1000} s`));
    let ready = false;
    let answer: FromScript | null = null;
    const say = (message: ToScript): void => {
      // A process that is gone is noticed by its end.
      child.send(message, () => {});
    };
    run.signal?.addEventListener('abort', () => fail(run.signal?.reason), { once: true });
    child.on('message', (message: FromScript) => {
      switch (message.type) {
        case 'ready':
          ready = true;
          clearTimeout(timer);
          timer = limit(run.timeoutMs, () => timeout(run.timeoutMs));
          say({ type: 'run', script: run.script, data: run.data });
          return;
        case 'log':
          run.onLog(message.text);
          return;
        case 'progress':
          run.onProgress?.(message.done, message.total);
          return;
        case 'fetch-source':
          if (run.fetchSource === undefined) return say({ type: 'no-source' });
          run.fetchSource().then((source) => say({ type: 'source', source }), fail);
          return;
        case 'done':
        case 'failed':
          answer = message;
      }
    });
    void ended.then((how) => {
      clearTimeout(timer);
      if (answer?.type === 'done') resolve(answer.result);
      else if (answer?.type === 'failed') fail(scriptFailed(answer.failure));
      else fail(ready ? scriptFailed(silentEnd(how)) : notStarted(how));
    });
  });
}

function scriptFailed({ code, message, hint, exitCode, stack }: ScriptFailure): GpuSetupError {
  const error = new GpuSetupError(scriptCode(code), message, {
    hint: hint?.split('\n'),
    details: { exitCode },
  });
  if (stack !== null) error.stack = stack;
  return error;
}

/** A word that is no code of a recipe is not printed as one. */
const scriptCode = (given: string | null): GpuSetupError['code'] =>
  (given === null ? null : asRecipeCode(given)) ?? 'script-failed';

function silentEnd(how: string): ScriptFailure {
  return {
    code: null,
    message: `the script ended without an answer (${how})`,
    hint: null,
    exitCode: null,
    stack: null,
  };
}

function notStarted(why: string): GpuSetupError {
  return new GpuSetupError('script-not-started', `the process for the recipe's script did not start: ${why}`);
}

function timeout(ms: number): GpuSetupError {
  return new GpuSetupError(
    'script-timeout',
    `the recipe's script did not end within ${Math.round(ms / 60_000)} minutes`,
    {
      hint: 'it was stopped; its log shows how far it came',
      details: { timeoutMs: ms },
    },
  );
}
