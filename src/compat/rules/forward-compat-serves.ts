/**
 * Forward compatibility: the libcuda of a newer driver (NVIDIA's cuda-compat) on the kernel modules of an older one. It is made
 * for certain branches and for data center GPUs; anywhere else the first call of CUDA fails (error 804), also where the
 * driver's own libcuda would do.
 */
import { branchOf, driverServesCuda } from '../drivers.ts';
import { FORWARD_COMPAT_SOURCES, forwardCompatBranches, hasForwardCompat } from '../forward-compat.ts';
import { gpuNamed } from '../gpu-name.ts';
import type { Judgement, KnownFact } from './judgement.ts';
import { judged } from './judged.ts';

const RULE: KnownFact = {
  text: 'forward compatibility is for data center GPUs, from CUDA 10.0 on',
  source: FORWARD_COMPAT_SOURCES.rule,
  confidence: 'seen',
};

/** How gpus.json writes the form of a GPU that it is made for, and of those that it is not for. */
const MADE_FOR = 'data centre';
const NOT_FOR: readonly (string | null)[] = ['desktop', 'laptop'];
/** Brands of which no GPU is for a data center, where a name stands for several forms. */
const CONSUMER = /\b(?:GeForce|TITAN)\b/i;

/** A GPU as far as this rule asks. */
export interface FormedGpu {
  /** "Tesla T4" */
  name: string;
  /** As gpus.json writes it ("data centre"); absent or null: what the name says. */
  form?: string | null;
}

/**
 * - `yes`: the compat libraries serve here, and are what makes this release run
 * - `remark`: the driver needs no help, its own libcuda is the right one
 * - `no`: NVIDIA made them for other drivers or GPUs
 * - `unknown`: no table says
 *
 * @param cuda the release whose package it is
 * @param gpus those of the machine: one libcuda serves them all; none: not known
 */
export function forwardCompatServes(cuda: string, driver: string, gpus: readonly FormedGpu[]): Judgement {
  const what = `forward compatibility (cuda-compat of CUDA ${cuda})`;
  if (!hasForwardCompat(cuda)) return judged('forward-compat', 'no', `there is no ${what}`, RULE);
  if (driverServesCuda(driver, cuda) === 'native')
    return judged('forward-compat', 'remark', `driver ${driver} serves CUDA ${cuda} by itself`);
  return onBranch(what, cuda, driver) ?? onGpus(what, driver, gpus);
}

/** What speaks against the driver; null: nothing. */
function onBranch(what: string, cuda: string, driver: string): Judgement | null {
  const branches = forwardCompatBranches(cuda);
  const branch = branchOf(driver)?.branch ?? null;
  if (branch !== null && branches?.made.includes(branch) === true) return null;
  const isUndecided =
    branch === null ||
    branches === null ||
    (branches.undecidedFrom !== null && Number(branch) >= Number(branches.undecidedFrom));
  if (isUndecided)
    return judged('forward-compat', 'unknown', `whether ${what} is made for driver ${driver} is in no table`);
  const made = branches.made.join(', ');
  return judged(
    'forward-compat',
    'no',
    `${what} is made for drivers of the branches ${made}, not for ${driver}`,
    {
      text: `CUDA ${cuda}: ${made}`,
      source: FORWARD_COMPAT_SOURCES.branches,
      confidence: 'seen',
    },
  );
}

function onGpus(what: string, driver: string, gpus: readonly FormedGpu[]): Judgement {
  const forms = gpus.map(({ name, form }) => ({ name, form: form ?? gpuNamed(name)?.form ?? null }));
  const other = forms.find(({ name, form }) => NOT_FOR.includes(form) || CONSUMER.test(name));
  if (other !== undefined)
    return judged('forward-compat', 'no', `${what} is for data center GPUs, not for ${other.name}`, RULE);
  const doubtful = forms.find(({ form }) => form !== MADE_FOR);
  if (doubtful !== undefined || forms.length === 0)
    return judged(
      'forward-compat',
      'unknown',
      `${what} is for data center GPUs; whether ${doubtful?.name ?? 'the GPU'} counts as one is in no table`,
      RULE,
    );
  return judged('forward-compat', 'yes', `${what} serves driver ${driver} on ${forms[0]!.name}`, RULE);
}
