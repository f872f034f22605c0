/**
 * The contract of a recipe's scripts, build.mjs and smoke.mjs:
 *
 *     export default async (ctx) => ({ anything: 'that JSON can hold' });
 *
 * A script runs in a process of its own (child.ts): own process group, time limit, an environment that holds
 * nothing of the caller's build variables. It imports nothing but node:*; everything else is in `ctx`.
 */
import type { Shell } from 'zx/core';
import type { JsonValue } from '../../base/json.ts';
import type { CpuFeatures } from '../../machine/cpu-features.ts';

/** The prefix that is built against or tried. */
export interface ScriptPrefix {
  name: string;
  /** `<home>/prefixes/<name>`: a complete CUDA_HOME. It may hold spaces. */
  path: string;
  /** "11.8.89" */
  cuda: string;
  /** "8.6.0.163"; null where the prefix has none. */
  cudnn: string | null;
}

export interface ScriptGpu {
  /** "7.5" */
  computeCapability: string;
  /** True for --assume-gpu: nothing can be run on it here. */
  assumed: boolean;
}

/** A source tree that the script may change: it is a copy of its own, below paths.work, in a path without spaces. */
export interface FetchedSource {
  path: string;
  /** "user", "git", "debian" */
  kind: string;
  /** Who made it and which version, for people: "AlexeyAB/darknet at 59596d7880f6". */
  title: string;
}

/** What the process is started with: plain data. */
export interface ScriptData {
  prefix: ScriptPrefix | null;
  /** Of the script and of everything it starts; the prefix's variables are set in it. */
  environment: Readonly<Record<string, string>>;
  paths: {
    /** Private, empty, removed afterwards; no spaces in it. It is the working directory, and holds TMPDIR. */
    work: string;
    /** What is put here is kept where the caller asked for it. */
    out: string;
    /** The files of the recipe. */
    recipe: string;
  };
  /** How many processes at once. */
  cores: number;
  gpu: ScriptGpu | null;
  /** What programs may use on this CPU (x86-64; all false elsewhere). */
  cpu: CpuFeatures;
  /** Whatever the command hands over. */
  options: { readonly [key: string]: JsonValue | undefined };
  /** The host compiler that the prefix's nvcc takes; null without a compiler in the prefix. */
  compiler: { gxx: string } | null;
}

export interface ScriptContext extends ScriptData {
  /** zx's: a command whose arguments are quoted; its output goes to the log. The shell is /bin/sh. */
  $: Shell;
  /** One line of progress for people; it goes to the log too. */
  log(text: string): void;
  /** How far the work is; for people. */
  progress(done: number, total: number): void;
  /** The recipe's source; refused where the command has none to give. Called once. */
  fetchSource(): Promise<FetchedSource>;
  /** Ends the script with a failure. The code is a stable one of the recipe: small words, joined by dashes. */
  fail(code: string, message: string, hint?: string): never;
}

export type Script = (ctx: ScriptContext) => Promise<JsonValue | undefined>;

/** First argument of the program when it is to run a script; never shown to people. */
export const SCRIPT_MODE = '__recipe-script';

/** From the program to the process of the script. */
export type ToScript =
  | { type: 'run'; script: string; data: ScriptData }
  | { type: 'source'; source: FetchedSource }
  | { type: 'no-source' };

/** What a failed script says of itself. */
export interface ScriptFailure {
  /** From ctx.fail; null for anything else that was thrown. */
  code: string | null;
  message: string;
  hint: string | null;
  /** Exit code of the command that failed; null where it was no command. */
  exitCode: number | null;
  stack: string | null;
}

/** From the process of the script to the program. */
export type FromScript =
  | { type: 'ready' }
  | { type: 'log'; text: string }
  | { type: 'progress'; done: number; total: number }
  | { type: 'fetch-source' }
  | { type: 'done'; result: JsonValue }
  | { type: 'failed'; failure: ScriptFailure };
