/** What a doctor's result comes to, in the words that every renderer uses. */
import { LAYERS, type Layer } from '../doctor/layers.ts';
import type { CheckStatus, DoctorResult } from '../doctor/types.ts';
import type { ReportedDiagnosis } from '../doctor/types.ts';
import { REQUIRED } from '../doctor/verdict.ts';

export interface Headline {
  status: 'ok' | 'warning' | 'error' | 'unknown';
  /** The word that goes before the sentence. */
  word: string;
  sentence: string;
}

export interface LayerLine {
  layer: Layer;
  status: CheckStatus;
  summary: string;
  /** Code of the diagnosis that says the same; null where the checks speak for themselves. */
  code: string | null;
  /** Codes of the root causes that block it. */
  blockedBy: readonly string[];
}

export interface Summary {
  headline: Headline;
  /** The diagnosis that the headline states; null where nothing is wrong. */
  root: ReportedDiagnosis | null;
  /** Reported consequences of the root, by code. */
  consequences: readonly string[];
  /** What else was found and is no consequence of the root. */
  others: readonly ReportedDiagnosis[];
  layers: readonly LayerLine[];
}

/** Worst first. */
const WORST: readonly CheckStatus[] = ['error', 'warning', 'unknown', 'blocked', 'ok', 'not-applicable'];

export function summarize(result: DoctorResult): Summary {
  const root = result.diagnoses.find((diagnosis) => diagnosis.severity !== 'info') ?? null;
  const caused = consequencesOf(root, result.diagnoses);
  return {
    headline: headlineOf(result, root),
    root,
    consequences: [
      ...new Set(result.diagnoses.filter((d) => d !== root && caused.has(d.code)).map((d) => d.code)),
    ],
    others: result.diagnoses.filter((d) => d !== root && !caused.has(d.code)),
    layers: LAYERS.flatMap((layer) => layerLine(layer, result) ?? []),
  };
}

/** Codes that the root causes, directly or through another one. */
function consequencesOf(
  root: ReportedDiagnosis | null,
  diagnoses: readonly ReportedDiagnosis[],
): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...(root?.causes ?? [])];
  for (let code = open.pop(); code !== undefined; code = open.pop()) {
    if (found.has(code) || code === root?.code) continue;
    found.add(code);
    open.push(
      ...diagnoses.filter((diagnosis) => diagnosis.code === code).flatMap((diagnosis) => diagnosis.causes),
    );
  }
  return found;
}

function headlineOf(result: DoctorResult, root: ReportedDiagnosis | null): Headline {
  const work = result.purpose === 'build' ? 'build' : 'run';
  switch (result.verdict) {
    case 'failed':
      return { status: 'error', word: 'error', sentence: root?.summary ?? 'a required check failed' };
    case 'unverified': {
      const open = result.checks.find(
        (check) => check.status === 'unknown' && REQUIRED[result.purpose].includes(check.id),
      );
      const what = open === undefined ? '' : `: ${open.summary}`;
      return {
        status: 'unknown',
        word: 'unverified',
        sentence: `Nothing wrong was found, but not everything could be checked${what}`,
      };
    }
    case 'warnings':
      return { status: 'warning', word: 'warning', sentence: root?.summary ?? 'something deserves a look' };
    case 'ok':
      return { status: 'ok', word: 'ok', sentence: `This machine is ready to ${work} CUDA programs.` };
  }
}

function layerLine(layer: Layer, { checks, diagnoses }: DoctorResult): LayerLine | null {
  const own = checks.filter((check) => check.layer === layer);
  const status = WORST.find((candidate) => own.some((check) => check.status === candidate));
  if (status === undefined) return null;
  const shown = own.filter((check) => check.status === status);
  const summaries = [...new Set(shown.map((check) => check.summary))];
  const same = diagnoses.find((diagnosis) => summaries.length === 1 && diagnosis.summary === summaries[0]);
  return {
    layer,
    status,
    summary: summaries.join('; '),
    code: same?.code ?? null,
    blockedBy: [...new Set(shown.flatMap((check) => check.blockedBy ?? []))],
  };
}
