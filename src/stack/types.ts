/**
 * `gpu-setup plan`: which driver, toolkit, cuDNN, compiler, Python and framework fit together on a machine, and why not.
 * Schema `gpu-setup/plan@1`.
 */
import type { Fit, GpuTraitsKnown, KnownFact } from '../compat/rules/judgement.ts';

/** What is to fit; several are one stack. */
export interface PlanRequest {
  wanted: readonly Wanted[];
  purpose: 'run' | 'build';
}

export interface Wanted {
  /** "tensorflow", "torch", "jax", "onnxruntime", "tensorrt", "cuda", "cudnn", "nccl", "gcc", "python", or a recipe's name. */
  name: string;
  /** As asked: "1.9", ">=2.1,<2.5"; null: the best one for the machine. */
  version: string | null;
  /** How versions are compared: ranges of Python packages are PEP 440's, others semver's or our dotted order. */
  notation: 'plain' | 'semver' | 'pep440';
  /** Build that was asked for by its tag, where one was: "cu126", "cpu". */
  build: string | null;
  /** Where it was asked for: "command line", "requirements.txt: line 3". */
  from: string;
  /** The file that asks for it, where all that this file asks for is installed into one environment of Python. */
  environment?: string;
  /** The recipe that needs it: a stack of its own beside what else is wanted. */
  recipe?: string;
  /** True where `gpu-setup build RECIPE` then compiles the recipe, or makes its environment, with this CUDA. */
  recipeBuilds?: true;
}

/** The machine as far as a plan depends on it; null: not known, which is neither for nor against anything. */
export interface PlanMachine {
  gpus: readonly GpuTraitsKnown[] | null;
  /** "535.183.01"; `none`: looked, and there is none. */
  driver: string | 'none' | null;
  os: { id: string; version: string | null; prettyName: string } | null;
  /** Where `os` is that of an image: the system that runs it, and has the driver. */
  host?: PlanMachine['os'];
  /** As `uname -m` names it. */
  architecture: string | null;
  glibc: string | null;
  /** Versions found, newest first: "3.12.3". */
  pythons: readonly string[] | null;
  gcc: readonly number[] | null;
  container: boolean;
  wsl: boolean;
  /** A Jetson: its driver is part of L4T, and a desktop's must never be installed. */
  jetson: boolean;
  /** Where each of these comes from: "this machine", "--assume-driver 535.183.01", "snapshot laptop.json". */
  from: Readonly<Record<'gpus' | 'driver' | 'os' | 'python', string>>;
}

export interface PlanStack {
  /** Whose needs these are; `builds`: it is still to be built with them. Null: what was asked for itself. */
  recipe: { name: string; builds: boolean } | null;
  framework: { name: string; version: string; package: string; build: string | null } | null;
  /** The file whose frameworks share one environment of Python, this one with others; null: it has its own. */
  environment: string | null;
  driver: { min: string | null; max: string | null; openModules: boolean };
  cuda: string | null;
  cudnn: string | null;
  compiler: { family: 'gcc' | 'clang'; min: number | null; max: number | null } | null;
  /** A range as pip writes it (">=3.4,<3.7"). */
  python: string | null;
  /** What else must be held back: "protobuf<3.21". */
  pins: readonly string[];
  /** Per GPU: how its code gets there. */
  architectures: readonly { gpu: string; sm: string; fit: Fit }[];
}

export interface PlanReason {
  text: string;
  rule: string;
  facts: readonly KnownFact[];
}

/** The smallest set of facts that cannot be true together: without any one of them it fits. */
export interface PlanConflict {
  text: string;
  rule: string;
  facts: readonly KnownFact[];
}

/** A stack that does fit, and the one kind of thing that would have to change for it. */
export interface PlanAlternative {
  change: 'framework' | 'cuda' | 'gpu' | 'driver' | 'python' | 'os' | 'container';
  text: string;
  stack: PlanStack;
}

export interface PlanCommand {
  title: string;
  /** Exactly one of argv and script. */
  argv?: readonly string[];
  script?: string;
  needsRoot: boolean;
  /** Id of the command in whose place this one stands. */
  alternativeTo: string | null;
  id: string;
}

export interface Plan {
  schema: 'gpu-setup/plan@1';
  feasible: 'yes' | 'no' | 'unknown';
  /** `likely`: some of it stands on what is inferred or recalled. */
  confidence: 'certain' | 'likely';
  asked: readonly Wanted[];
  purpose: PlanRequest['purpose'];
  machine: PlanMachine;
  /** Null where nothing fits. */
  stack: PlanStack | null;
  /** Where several frameworks are wanted, or a recipe beside one: the stacks after the first. All take one driver. */
  further: readonly PlanStack[];
  reasons: readonly PlanReason[];
  /** What speaks against it without making it impossible. */
  remarks: readonly PlanReason[];
  conflicts: readonly PlanConflict[];
  alternatives: readonly PlanAlternative[];
  commands: readonly PlanCommand[];
}
