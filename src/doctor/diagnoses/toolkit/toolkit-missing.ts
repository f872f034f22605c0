import { compareDottedVersions } from '../../../compat/dotted-version.ts';
import { valueOf } from '../../../machine/answer.ts';
import type { Facts } from '../../../machine/facts.ts';
import { isOfRelease, nameOfToolkit } from '../../../machine/questions/toolkit.ts';
import { evidence } from '../../evidence.ts';
import { fittingCuda } from '../../fix/fitting-cuda.ts';
import { ask, byHand, inPlaceOf, retitled, script } from '../../fix/steps.ts';
import { setHome, supplyCuda, supplyXla } from '../../fix/toolkit.ts';
import { runsNothingOfNvidias } from '../../question/os-support.ts';
import {
  type DiagnosisDefinition,
  type Finding,
  type FixStep,
  type Heard,
  type Question,
  hearing,
} from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'The CUDA toolkit is missing',
  // CMake asks for architectures once it has found an nvcc.
  explainedBy: [{ code: 'os-unsupported', when: runsNothingOfNvidias }, { code: 'cuda-architectures-unset' }],
  causes: [{ code: 'nvcc-not-on-path' }, { code: 'cudnn-missing' }, { code: 'cuda-home-wrong' }],
  related: ['nvcc-not-on-path', 'cuda-home-wrong', 'darknet-cuda-path-wrong'],
  textSummary: 'A build looked for the CUDA toolkit and did not find it',
  hears: hearing(
    ['missing-toolkit', 'missing-header', 'missing-program', 'missing-pkg-config'],
    (one, _all, facts) => {
      if (one.kind === 'missing-program') return PARTS.test(one.program) ? halfToolkit(one.program) : null;
      if (one.kind === 'missing-pkg-config')
        return PKG_CONFIG.test(one.library)
          ? {
              confidence: 'likely',
              namesCause: true,
              summary: `pkg-config does not know ${one.library}, which the CUDA toolkit brings`,
            }
          : null;
      if (one.kind === 'missing-header')
        return HEADERS.test(one.header)
          ? {
              confidence: 'likely',
              rank: 4,
              summary: `A build looked for ${one.header}, a header of the CUDA toolkit, and did not find it`,
            }
          : null;
      if (one.atLeast !== undefined) {
        return {
          confidence: 'certain',
          namesCause: true,
          summary: `The build needs CUDA ${one.atLeast} or newer and finds ${one.found ?? 'an older one'}`,
          fix: supplyCuda({ cuda: atLeast(one.atLeast, facts) }, facts),
        };
      }
      // An nvcc that speaks is there.
      if (one.asker === 'nvcc') return null;
      // It needs no nvcc, and compiles by the toolkit's NVVM.
      if (one.asker === 'numba')
        return {
          confidence: 'likely',
          namesCause: true,
          summary: 'numba finds no NVVM of a CUDA toolkit, or none that it knows',
        };
      if (one.asker === 'CUDA.jl')
        return {
          confidence: 'likely',
          namesCause: true,
          summary: 'CUDA.jl finds no CUDA runtime that it could use',
          fix: forJulia(),
        };
      if (one.asker === 'xla')
        return {
          confidence: 'likely',
          rank: 5,
          summary: "XLA finds no libdevice, or no ptxas, in the folders where it looks for CUDA's toolkit",
          fix: [...supplyXla(facts), ...inPlaceOf('xla-flags', supplyCuda({ cuda: null }, facts))],
        };
      if (one.path === null && one.asker === 'torch') {
        const supply = supplyCuda({ cuda: null }, facts);
        return {
          confidence: 'likely',
          rank: 5,
          fix: [
            ...supply,
            ...inPlaceOf(
              supply[0]!.id,
              retitled([setHome(facts)], (title) => `Where one is installed: ${lowered(title)}`),
            ),
          ],
        };
      }
      if (one.path === null) return { confidence: 'likely', rank: 5 };
      // Somebody looked where NVIDIA's packages put it; what CUDA_HOME names is another matter.
      return one.asker === null
        ? { confidence: 'likely', namesCause: true, summary: `${one.path} is not there` }
        : null;
    },
  ),
  next: [ask('Which toolkits are on this machine?', 'sh', '-c', 'ls -d /usr/local/cuda*; gpu-setup list')],
  refutedBy: (facts) => (valueOf(facts.toolkits) ?? []).some(({ has }) => has.nvcc && has.headers),
  judge(facts, question) {
    const { toolkits } = facts;
    if (question.needs?.cuda != null) return forRecipe(facts, question);
    if (toolkits.state !== 'absent') return [];
    const needed = question.purpose === 'build';
    return [
      {
        subject: 'machine',
        severity: needed ? 'error' : 'info',
        confidence: 'certain',
        summary: needed
          ? 'No CUDA toolkit is installed, so nothing can be built here'
          : 'No CUDA toolkit is installed; programs that bring their own CUDA libraries do not need one',
        evidence: [evidence(toolkits, 'CUDA toolkits, of the system and in prefixes')],
        fix: supplyCuda({ cuda: null }, facts, question),
      },
    ];
  },
  remedy: (facts) => supplyCuda({ cuda: null }, facts),
};

function forRecipe(facts: Facts, question: Question): Finding[] {
  const { toolkits } = facts;
  const needs = question.needs!;
  if (toolkits.state === 'unknown') return [];
  const found = valueOf(toolkits) ?? [];
  if (
    found.some(
      (toolkit) => isOfRelease(toolkit, question.needs?.cuda) && (toolkit.has.nvcc || !needs.compiler),
    )
  )
    return [];
  return [
    {
      subject: 'machine',
      severity: 'error',
      confidence: 'certain',
      summary: `${needs.recipe} needs CUDA ${needs.cuda}, which is not installed`,
      evidence: [evidence(toolkits, 'CUDA toolkits', (list) => list.map(nameOfToolkit).join(', '))],
      fix: supplyCuda({ cuda: needs.cuda }, facts, question),
    },
  ];
}

/** What nvcc starts: they are in its own packages, or in folders beside it that a copied nvcc has not. */
const PARTS = /^(?:cicc|cudafe\+\+|ptxas|fatbinary|nvlink)$/;

/** As its packages call them: cudart-12.4, cublas-11.8, cuda-12.2 */
const PKG_CONFIG =
  /^(?:cuda|cudart|cublas|cufft|curand|cusolver|cusparse|nvrtc|nvjpeg|npp\w{0,4})-\d{1,2}\.\d$/;

/** It brings its own runtime, chosen for the driver that is there when its packages are compiled. */
const forJulia = (): FixStep[] => [
  script(
    'julia-versions',
    'See what it finds, where the driver is',
    'julia -e "using CUDA; CUDA.versioninfo()"',
    { root: false },
  ),
  byHand(
    'julia-runtime',
    'Name the runtime where it was installed without a driver (a login node, an image): CUDA.set_runtime_version! of the CUDA that the driver there serves, then start Julia anew; of a toolkit of your own: local_toolkit=true, and its bin on PATH',
  ),
];

const halfToolkit = (program: string): Heard => ({
  confidence: 'likely',
  namesCause: true,
  summary: `nvcc does not find ${program}, which is part of its toolkit: the toolkit is installed in part, or this nvcc is a copy`,
});

const lowered = (title: string): string => title.charAt(0).toLowerCase() + title.slice(1);

/** The best for driver and GPU that is new enough; where they are not known, the oldest that is. */
const atLeast = (cuda: string, facts: Facts): string =>
  fittingCuda(facts, (release) => compareDottedVersions(release, cuda) >= 0) ?? cuda;

/** What a toolkit brings to include; cuDNN, NCCL and TensorRT have packages of their own. */
const HEADERS =
  /^(?:cuda|cublas|cufft|curand|cusolver|cusparse|cupti|nvrtc|nvToolsExt|nvtx3|nvml|nvjpeg|nvJitLink|npp|thrust|cub|crt|cooperative_groups|device_launch|device_functions|driver_types|vector_types|math_constants|library_types|builtin_types|helper_cuda)(?:[\w./+-]{0,60})$/;
