/**
 * What `doctor --fix` is to do: findings and their steps in, a list out, whole and as it is shown. Pure. Whatever is carried
 * out stands on it with the exact command; what cannot be judged here stands on it too, and is not carried out.
 */
import { unattended } from '../../compat/unattended.ts';
import type { FixStep, ReportedDiagnosis } from '../types.ts';

export interface MendSurroundings {
  /** Why nothing at all is carried out: it is not this very machine that was judged. Null where it is. */
  elsewhere: string | null;
  isRoot: boolean;
  /** Whether a program of this name can be started here. */
  has(program: string): boolean;
  /** How gpu-setup itself is started. */
  self: readonly [string, ...string[]];
  /** Whether nobody is asked: then programs must not ask either, and what takes a judgement is left to a person. */
  unattended: boolean;
  isContainer: boolean;
  /** Whether the commands of this distribution are known, or the steps name those of several. */
  knowsDistribution: boolean;
}

/**
 * - `run`: carried out, when it was confirmed
 * - `judge`: the same, but only a person can say whether its condition holds
 * - `print`: shown, never carried out
 */
export type Manner = 'run' | 'judge' | 'print';

export interface MendWay {
  title: string;
  manner: Manner;
  /** Why it is not simply carried out. */
  because: string | null;
  /** Exactly what is started; null where there is nothing to start. */
  argv: readonly string[] | null;
  /** What the restart of the machine is to do, or what asks for one. */
  reboot: 'none' | 'itself' | 'after';
}

export interface MendStep extends MendWay {
  /** Counted from 1. */
  number: number;
  /** The finding that it is for. */
  code: string;
  subject: string;
  summary: string;
  /** Other ways to the same end. */
  others: readonly MendWay[];
}

/** @param diagnoses as they are reported: errors first, the root cause before what it causes */
export function planMending(
  diagnoses: readonly ReportedDiagnosis[],
  surroundings: MendSurroundings,
): MendStep[] {
  const steps: MendStep[] = [];
  const seen = new Set<string>();
  for (const one of rootsOf(diagnoses)) {
    let waitsFor: number | null = null;
    for (const [way, others] of waysOf(one, surroundings)) {
      const key = JSON.stringify(way.argv);
      if (way.argv !== null && way.reboot !== 'itself' && seen.has(key)) continue;
      seen.add(key);
      const number = steps.length + 1;
      const { code, subject, summary } = one;
      const waiting =
        waitsFor === null || way.manner === 'print'
          ? way
          : {
              ...way,
              manner: 'print' as const,
              because: `it comes after step ${waitsFor}, which is not carried out`,
            };
      steps.push({ number, code, subject, summary, ...waiting, others });
      if (waiting.manner === 'print' && waiting.reboot !== 'itself') waitsFor ??= number;
    }
  }
  return steps;
}

/** What another one causes goes with it; what is a mere note is not mended. */
function rootsOf(diagnoses: readonly ReportedDiagnosis[]): ReportedDiagnosis[] {
  const wrong = diagnoses.filter(({ severity }) => severity !== 'info');
  const roots: ReportedDiagnosis[] = [];
  const caused = new Set<string>();
  for (const one of wrong) {
    if (caused.has(one.code)) continue;
    roots.push(one);
    const open = [...one.causes];
    for (let code = open.pop(); code !== undefined; code = open.pop()) {
      if (caused.has(code) || code === one.code) continue;
      caused.add(code);
      open.push(...wrong.filter((other) => other.code === code).flatMap(({ causes }) => causes));
    }
  }
  return roots;
}

function waysOf(one: ReportedDiagnosis, surroundings: MendSurroundings): [MendWay, MendWay[]][] {
  const ways: [MendWay, MendWay[]][] = [];
  for (const step of one.fix) {
    const way = wayOf(step, one, surroundings);
    const last = ways.at(-1);
    if (step.alternativeTo !== null && last !== undefined) last[1].push(way);
    else ways.push([way, []]);
  }
  return ways;
}

function wayOf(step: FixStep, one: ReportedDiagnosis, surroundings: MendSurroundings): MendWay {
  const argv = argvOf(step, surroundings);
  const isReboot = step.argv?.[0] === 'reboot';
  const because = obstacle(step, argv, one, surroundings);
  const takesJudgement = CONDITION.test(step.title);
  return {
    title: step.title,
    manner: because !== null || isReboot ? 'print' : takesJudgement ? 'judge' : 'run',
    because:
      because ??
      (isReboot ? 'you restart it' : takesJudgement ? 'whether this is so is for you to say' : null),
    argv,
    reboot: isReboot ? 'itself' : step.needsReboot ? 'after' : 'none',
  };
}

/** "If it happens when idle, ...", "With proprietary modules: ...", "To prevent it: ...", "In conda: ..." */
const CONDITION =
  /^(?:If|Where|When|Unless|With(?! the\b)|In (?:conda|pip|Docker|Compose)|For|To (?:use|prevent|keep))\b[^:,]{0,120}[:,]/;
/** What stands for something that only a person can put there: <name>, NAME, gcc-N, X.Y, three dots. */
const PLACEHOLDER =
  /<[a-z][a-z _-]{0,40}>|(?<![\w$/.-])(?:NAME|FILE|FOLDER|VERSION)(?![\w=])|-N\b|\bX\.Y\b|\.\.\./;
/** What changes the shell that it is typed into, and nothing else. */
const OF_THE_SHELL =
  /^(?:export|unset|eval|source|\.|cd|alias|ulimit|newgrp|conda activate|conda deactivate)(?: |$)/;

function obstacle(
  step: FixStep,
  argv: readonly string[] | null,
  { confidence }: ReportedDiagnosis,
  here: MendSurroundings,
): string | null {
  if (argv === null) return 'it is done by hand';
  if (here.elsewhere !== null) return here.elsewhere;
  const line = step.script ?? step.argv!.join(' ');
  const lines = line.split('\n');
  if (lines.some((one) => OF_THE_SHELL.test(one.trim()))) return 'it is for your own shell: type it there';
  if (PLACEHOLDER.test(line)) return 'there is something to be filled in';
  if (/\bwsl\.exe\b/.test(line) || /\bWindows\b/.test(step.title)) return 'it is done in Windows';
  if (here.isContainer && /\bon the host\b/i.test(step.title))
    return 'it is done on the host of this container';
  if (confidence === 'possible') return 'the evidence leaves several causes: settle first which one it is';
  if (step.needsRoot && !here.knowsDistribution) return 'the commands of this distribution are not known';
  if (!here.isRoot && (step.needsRoot || /\bsudo /.test(line)) && !here.has('sudo'))
    return 'it needs root, and sudo is not here';
  if (here.isRoot && /\bsudo /.test(line) && !here.has('sudo')) return 'sudo is not here';
  const program = /^[\w./+-]+(?= |$)/.exec(line)?.[0];
  if (program !== undefined && !BUILT_IN.has(program) && program !== 'gpu-setup' && !here.has(program))
    return `${program} is not here`;
  return null;
}

const BUILT_IN: ReadonlySet<string> = new Set([
  'echo',
  'printf',
  'test',
  'command',
  'set',
  'if',
  'for',
  'while',
  'umask',
]);

/** Null for what is done by hand: a script that is a remark. */
function argvOf(
  step: FixStep,
  { isRoot, self, unattended: quiet }: MendSurroundings,
): readonly string[] | null {
  const asRoot = step.needsRoot && !isRoot;
  if (step.argv !== undefined) {
    const own = step.argv[0] === 'gpu-setup' ? [...self, ...step.argv.slice(1)] : step.argv;
    const argv = quiet ? unattended(own) : own;
    return asRoot && argv[0] !== 'sudo' ? ['sudo', ...argv] : argv;
  }
  const script = (step.script ?? '').trim();
  if (script === '' || script.split('\n').every((line) => line.startsWith('#'))) return null;
  // Up to the first thing that a shell would read, a script is words like those of any command.
  const [, words = '', rest = ''] = /^((?:[\w.+-]+ ?)*)([\s\S]*)$/.exec(script) ?? [];
  const text = quiet
    ? `${unattended(words.trimEnd().split(' ')).join(' ')}${/ $/.test(words) ? ' ' : ''}${rest}`
    : script;
  const needsSudo = asRoot && !/\bsudo /.test(script);
  return [...(needsSudo ? ['sudo'] : []), 'sh', '-c', text];
}
