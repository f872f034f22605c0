/** The words of the doctor: what a diagnosis is, what it says, and the result that every renderer gets. */
import type { FrameworkBuild } from '../compat/frameworks.ts';
import type { Facts } from '../machine/facts.ts';
import type { ToolkitNeed } from '../machine/questions/toolkit.ts';
import type { Layer } from './layers.ts';
import type { KindOfTestimony, Said, TestimonyOf, Witness } from './witness/testimony.ts';

export type Severity = 'error' | 'warning' | 'info';
export type Confidence = 'certain' | 'likely' | 'possible';
export type Purpose = 'run' | 'build';
export type Verdict = 'ok' | 'warnings' | 'failed' | 'unverified';

/** `machine`, `gpu:<bus id>`, `toolkit:<path>`, `prefix:<name>`, `env:<path>`, `process:<pid>`, `log`. */
export type Subject = string;

export interface Evidence {
  /** "command: lsmod", "file: /proc/modules", "text: line 12" */
  from: string;
  excerpt: string;
}

export interface FixStep {
  id: string;
  title: string;
  /** Exactly one of argv and script. */
  argv?: readonly string[];
  script?: string;
  needsRoot: boolean;
  needsReboot: boolean;
  /** Id of the step that this one may take the place of. */
  alternativeTo: string | null;
}

/** A step as it is handed on. */
export interface ReportedStep extends FixStep {
  /** As it is typed, sudo included; lines of a script stay lines; null: it is done by hand, as the title says. */
  command: string | null;
}

/** What would settle the matter, where the evidence leaves several candidates. */
export interface NextQuestion {
  ask: string;
  argv: readonly string[];
}

/** What the doctor was asked: everything a judgement may depend on besides the facts. */
export interface Question {
  purpose: Purpose;
  /** What --for needs; null without --for. */
  needs: Needs | null;
}

export interface Needs extends ToolkitNeed {
  /** What was asked for, as typed: a recipe, "cuda@10.0 cudnn@7.5", "tensorflow@1.9". */
  recipe: string;
  /** What "gpu-setup install" takes to bring it: ["cuda10"], ["cuda@9.0", "cudnn@7.0"]; null where nothing needs to be installed. */
  install: readonly string[] | null;
  /** Name of the prefix that this makes. */
  prefix: string | null;
  /** "7.5" */
  cudnn: string | null;
  /** Builds of the framework that was asked for, newest first; empty: none was. The doctor judges the one that fits best. */
  builds: readonly FrameworkBuild[];
}

/** One thing found wrong by a diagnosis, before the engine orders and connects it with others. */
export interface Finding {
  subject: Subject;
  severity: Severity;
  confidence: Confidence;
  /** One plain sentence that may stand as the headline. */
  summary: string;
  evidence: readonly Evidence[];
  fix: readonly FixStep[];
  next?: readonly NextQuestion[];
}

export interface CauseLink {
  code: string;
  /** The link holds only where this is true of the machine; without it, always. */
  when?: (facts: Facts) => boolean;
}

/** A sentence and steps that use what a line says (versions, paths); default: the diagnosis' own. */
export interface TextDetail {
  /** Where the line makes it less than the diagnosis usually is. */
  severity?: Severity;
  summary?: string;
  fix?: readonly FixStep[];
}

/** Which testimony of a text a diagnosis judges, and how. */
export interface Hearing<K extends KindOfTestimony = KindOfTestimony> {
  kinds: readonly K[];
  /**
   * Pure. Null: it shows something else, or nothing.
   * @param facts of the machine, filled up with what the text says of it
   */
  judge(one: TestimonyOf<K>, all: Witness, facts: Facts): Heard | null;
}

/** What a diagnosis makes of one testimony. */
export interface Heard extends TextDetail {
  /** Certain only counts where the line names its cause. */
  confidence: Confidence;
  /** How much this code is preferred where one line fits several; default 0. */
  rank?: number;
  /** True where the line names the cause itself; without it the line is one candidate among others. */
  namesCause?: boolean;
  /** Counts only where nothing else is made of the line. */
  lastResort?: true;
  /** What else in the text it stands on. */
  also?: readonly Said[];
}

/** Kinds and judge are of one type here; in the definition they are of any. */
export const hearing = <K extends KindOfTestimony>(
  kinds: readonly K[],
  judge: Hearing<K>['judge'],
): Hearing => ({ kinds, judge: judge as Hearing['judge'] });

/** What a file in diagnoses/<layer>/ says; its folder is the layer, its name the code. */
export interface DiagnosisDefinition {
  /** The rows of the report that it speaks about. */
  checks: readonly [CheckId, ...CheckId[]];
  /** As a heading: "The nouveau driver holds the GPU". */
  title: string;
  severity: Severity;
  /** It speaks of a driver that is installed, built and loaded by itself: a Jetson's is part of L4T. */
  notOnJetson?: true;
  /** Codes that explain this one away: this finding is dropped while one of those is shown. */
  explainedBy?: readonly CauseLink[];
  /** Findings of these codes on the same machine are consequences of this one. */
  causes?: readonly CauseLink[];
  /** Codes that cannot be true beside this one. */
  excludes?: readonly CauseLink[];
  related?: readonly string[];
  /** True until fixtures show it, a neighbour that is not it, and the missing evidence: it is then never certain. */
  experimental?: true;
  /** Judges what a text testifies (witness/). */
  hears?: Hearing;
  /** One sentence for a finding that stands on text alone; default: the title. */
  textSummary?: string;
  /** What would show or rule out this one where a line leaves several candidates. */
  next?: readonly NextQuestion[];
  /** True where the facts show that it cannot be, whatever a log says; pure. */
  refutedBy?(facts: Facts): boolean;
  /** From facts; pure. */
  /** Of what there may be ten thousand of, like prefixes, one by one: few of them are kept. */
  judge?(facts: Facts, question: Question): Iterable<Finding>;
  /** What to do where the code is known from text alone, or for steps shared by all findings; pure. */
  remedy(facts: Facts | null): readonly FixStep[];
}

export interface Diagnosis extends DiagnosisDefinition {
  /** Kebab-case; public API. */
  code: string;
  layer: Layer;
}

export interface ReportedDiagnosis {
  code: string;
  layer: Layer;
  subject: Subject;
  severity: Severity;
  confidence: Confidence;
  title: string;
  summary: string;
  evidence: readonly Evidence[];
  fix: readonly ReportedStep[];
  next: readonly NextQuestion[];
  /** Codes of other reported diagnoses that this one causes. */
  causes: readonly string[];
  explain: string;
}

/** Their rules: checks/judge-checks.ts. */
export type CheckId =
  | 'os'
  | 'gpu'
  | 'kernel-module'
  | 'driver-serves-cuda'
  | 'device-nodes'
  | 'libcuda'
  | 'compute'
  | 'container-gpu'
  | 'toolkit'
  | 'nvcc'
  | 'cudnn'
  | 'host-compiler'
  | 'framework'
  | 'process'
  | 'apt-nvidia-source'
  | 'disk-space';

export type CheckStatus = 'ok' | 'warning' | 'error' | 'blocked' | 'unknown' | 'not-applicable';

export interface Check {
  id: CheckId;
  layer: Layer;
  subject: Subject;
  status: CheckStatus;
  /** Code of the root diagnosis; set for status `blocked` and only there. */
  blockedBy: string | null;
  summary: string;
  evidence: readonly Evidence[];
}

/** What the driver found can serve, or which driver the GPU takes. */
export interface DriverOutlook {
  /** Newest CUDA that the driver found serves ("12.2"); null without a driver. */
  maxCuda: string | null;
  /** Where there is no driver: what the GPU takes ("470 or newer"); null where there is no GPU. */
  recommendedBranch: string | null;
  sentence: string;
}

/** Who judged, when, and what the one who asked calls the machine: what a judgement itself does not depend on. */
export interface Provenance {
  /** Of gpu-setup. */
  version: string;
  /** ISO 8601, in UTC. */
  at: string;
  /** As given by --label; nothing of the machine's own name is in a document unless it was given. */
  label: string | null;
}

export interface DoctorResult {
  schema: 'gpu-setup/doctor@1';
  verdict: Verdict;
  purpose: Purpose;
  machine: string;
  diagnoses: readonly ReportedDiagnosis[];
  checks: readonly Check[];
  outlook: DriverOutlook;
  /** JSON-ready view of the facts: os, gpus, driver, toolkits, cudnn, compilers, ... */
  facts: Readonly<Record<string, unknown>>;
}

/** A result as it is handed on: gpu-setup/doctor@1 (docs/schema/doctor.json). */
export type DoctorReport = DoctorResult & Provenance;
