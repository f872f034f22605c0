/** Getting a toolkit: gpu-setup's own way first, since it touches nothing else. */
import { shellWord } from '../../base/processes/shell-line.ts';
import { L4T_PACKAGES } from '../../compat/jetson.ts';
import { cudnnForCuda } from '../../compat/cudnn.ts';
import { nameOfSpecs, type NamedVersion } from '../../compat/spec-name.ts';
import { isPlainVersion, meansVersion } from '../../compat/version-range.ts';
import { valueOf } from '../../machine/answer.ts';
import type { Facts, ToolkitFacts } from '../../machine/facts.ts';
import { inContainer, onJetson } from '../../machine/questions/platform.ts';
import { damagedNames } from '../question/damaged-prefixes.ts';
import type { FixStep, Question } from '../types.ts';
import { fittingCuda } from './fitting-cuda.ts';
import { command, script } from './steps.ts';

export interface CudaWanted {
  /** "11.8", or a range; null: the best for driver and GPU. */
  cuda: string | null;
  /** "8.6", the beginning of a version, or a range; null or left out: none is asked for. */
  cudnn?: string | null;
  /** Whether any cuDNN is asked for, the newest for this CUDA. */
  withCudnn?: boolean;
}

/**
 * A prefix with what is wanted, and how it is used. What cannot be known is asked for: without version, driver and GPU it is
 * `gpu-setup plan`, which needs to be told them.
 */
export function supplyCuda(
  { cuda, cudnn = null, withCudnn = false }: CudaWanted,
  facts: Facts | null,
  question: Question | null = null,
): FixStep[] {
  if (facts !== null && onJetson(facts)) return [jetpack()];
  const needs = question?.needs ?? null;
  if (needs?.install != null) {
    const steps = [
      command(
        'install-toolkit',
        `Install what ${needs.recipe} needs into a prefix of its own, beside others and without root`,
        ['gpu-setup', 'install', ...needs.install],
        { root: false },
      ),
    ];
    return needs.prefix === null ? steps : [...steps, ...useOf(needs.prefix)];
  }
  const version =
    cuda ??
    fittingCuda(
      facts,
      (release) => cudnn === null || cudnnForCuda(release).some((row) => meansVersion(row.cudnn, cudnn)),
    );
  const needsCudnn = withCudnn || cudnn !== null;
  const cudnnSpec = { name: 'cudnn', version: cudnn };
  if (version === null) return [planFirst(needsCudnn ? wordOf(cudnnSpec) : null)];
  const specs = [{ name: 'cuda', version }, ...(needsCudnn ? [cudnnSpec] : [])];
  const there = needsCudnn ? undefined : prefixWith(version, facts);
  if (there?.prefix != null) return useOf(there.prefix);
  const what = `CUDA ${version}${needsCudnn ? ` with cuDNN${cudnn === null ? '' : ` ${cudnn}`}` : ''}`;
  return [
    command(
      'install-toolkit',
      facts !== null && inContainer(facts)
        ? `Install ${what} into a prefix of its own (here, or for good when the image is built)`
        : `Install ${what} into a prefix of its own, beside others and without root`,
      ['gpu-setup', 'install', ...specs.map(wordOf)],
      { root: false },
    ),
    ...useOf(nameOfSpecs(specs)),
  ];
}

/** How programs are run, and built, with a prefix that is there. */
const useOf = (name: string): FixStep[] => [
  script(
    'use-toolkit',
    'Let this shell use it, and run or build the program in it',
    `eval "$(gpu-setup env ${name})"`,
    { root: false },
  ),
];

function prefixWith(cuda: string, facts: Facts | null): ToolkitFacts | undefined {
  const toolkits = facts === null ? [] : (valueOf(facts.toolkits) ?? []);
  const damaged = facts === null ? new Set<string>() : damagedNames(facts);
  return toolkits.find(
    ({ prefix, version }) =>
      prefix !== null &&
      !damaged.has(prefix) &&
      version !== null &&
      isPlainVersion(cuda) &&
      meansVersion(version, cuda),
  );
}

/** "cuda@10.0", as gpu-setup takes it. */
const wordOf = ({ name, version }: NamedVersion): string => (version === null ? name : `${name}@${version}`);

const planFirst = (cudnn: string | null): FixStep =>
  command(
    'plan-toolkit',
    `See which CUDA${cudnn === null ? '' : ` with ${cudnn.replace('cudnn', 'cuDNN').replace('@', ' ')}`} fits this machine's driver and GPU, and how it is installed`,
    ['gpu-setup', 'plan', 'cuda', ...(cudnn === null ? [] : [cudnn])],
    { root: false },
  );

/** The folder of a toolkit that is here, as a word of the shell; where none is known, what finds one. */
function toolkitFolder(facts: Facts | null): string {
  const found = (facts === null ? [] : (valueOf(facts.toolkits) ?? [])).find(
    ({ layout, has }) => layout === 'nvidia' && has.nvcc,
  );
  return found === undefined ? '"$(ls -d /usr/local/cuda* | sort -V | tail -n 1)"' : shellWord(found.path);
}

export const setHome = (facts: Facts | null): FixStep =>
  script(
    'set-home',
    'Set CUDA_HOME to the root of a toolkit: the folder that holds bin, include and lib64',
    `export CUDA_HOME=${toolkitFolder(facts)}`,
    { root: false },
  );

/** XLA takes libdevice and ptxas of a toolkit, looks in few folders, and is told of another one by a flag. */
export const supplyXla = (facts: Facts | null): FixStep[] => [
  script(
    'xla-flags',
    'Tell XLA where the toolkit is: the folder that holds nvvm/libdevice and bin/ptxas',
    `export XLA_FLAGS=--xla_gpu_cuda_data_dir=${toolkitFolder(facts)}`,
    { root: false },
  ),
  command(
    'conda-nvcc',
    'In a conda environment: install the part of CUDA that brings both, and give its folder ($CONDA_PREFIX) in that flag',
    ['conda', 'install', '-c', 'conda-forge', 'cuda-nvcc'],
    { root: false, alternativeTo: 'xla-flags' },
  ),
];

export const jetpack = (): FixStep =>
  command('install-jetpack', 'Install the CUDA of this Jetson, which JetPack brings for its own driver', [
    'apt',
    'install',
    L4T_PACKAGES.all,
  ]);
