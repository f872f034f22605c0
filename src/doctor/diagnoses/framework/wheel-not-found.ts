import { buildsMeant, frameworkNamed } from '../../../compat/frameworks.ts';
import { pythonFor } from '../../fix/framework.ts';
import { byHand, command, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';
import type { TestimonyOf } from '../../witness/testimony.ts';

/** Packages that are built for certain releases of Python and CUDA; others lack a release for other reasons. */
const GPU_PACKAGES =
  /^(?:torch(?:vision|audio|text|data)?|pytorch(?:-\w{1,20})?|torch-(?:scatter|sparse|cluster|spline-conv)|tensorflow(?:-\w{1,20})?|tf-nightly\S{0,20}|jax|jaxlib|jax-cuda\S{0,20}|onnxruntime(?:-\w{1,20})?|tensorrt(?:[-_]\w{1,20})?|nvidia-\S{1,60}|cudatoolkit|cuda-\S{1,40}|cudnn|bitsandbytes|flash[-_]attn\w{0,10}|vllm|xformers|triton|cupy(?:-\w{1,20})?|deepspeed|apex|mmcv\S{0,20}|dgl\S{0,20}|paddlepaddle-gpu|mxnet(?:-\w{1,20})?|torch_\w{1,20}|detectron2)$/i;

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'There is no build of this release for this Python, platform and index',
  related: ['tf-python-unsupported', 'torch-cpu-build'],
  hears: hearing(['package'], (one, _all, facts) => {
    if (one.manager !== 'pip' && one.manager !== 'conda') return null;
    if (one.reason !== 'no-matching-version' && one.reason !== 'not-found') return null;
    if (one.name === null)
      return one.manager === 'conda' ? { confidence: 'likely', rank: 1, fix: inChannels(null) } : null;
    // TensorFlow's wheels hang on Python alone, and have a code of their own.
    if (!GPU_PACKAGES.test(one.name) || /^tensorflow/i.test(one.name)) return null;
    const framework = frameworkNamed(one.name);
    return {
      confidence: 'certain',
      namesCause: true,
      summary: sentence(one),
      ...(one.manager === 'conda' ? { fix: inChannels(one.name) } : {}),
      ...(one.manager === 'conda' || framework === null
        ? {}
        : { fix: pythonFor(framework, one.version === null ? null : releaseOf(one.version), facts) }),
    };
  }),
  remedy: () => [
    script(
      'see-python',
      'See which Python pip installs for, and what it takes',
      'python -m pip debug --verbose | head -n 40',
      {
        root: false,
      },
    ),
    byHand(
      'fitting-python',
      'Make an environment with a Python that the release was built for, or take a release that was built for this one',
    ),
  ],
};

/** conda takes packages from channels, and each release of NVIDIA's lies in some of them alone. */
const inChannels = (name: string | null): FixStep[] => [
  command(
    'search-channels',
    'See which channels have it, and in which builds',
    ['conda', 'search', '-c', 'conda-forge', '-c', 'nvidia', '-c', 'pytorch', name ?? 'PACKAGE'],
    { root: false },
  ),
  byHand(
    'name-channel',
    'Name that channel in the environment (conda install -c CHANNEL ..., or under "channels:"), or ask for a version that the channels have',
  ),
];

function sentence({ manager, name, version, available }: TestimonyOf<'package'>): string {
  const what = `${manager} finds no ${name}${version === null ? '' : ` ${version}`} for this Python, platform and index`;
  return [what, offered(available), builtFor(name!, version)].filter((part) => part !== null).join('; ');
}

function offered(available: readonly string[] | undefined): string | null {
  if (available === undefined) return null;
  const [first, last] = [available[0], available.at(-1)];
  return first === undefined ? 'nor any other release' : `it offers ${first} to ${last}`;
}

/** "1.8.1" of "1.8.1+cu111" */
const releaseOf = (version: string): string => version.split('+')[0]!;

/** What the release was built for, where tables know it. */
function builtFor(name: string, version: string | null): string | null {
  const framework = frameworkNamed(name);
  if (framework === null || version === null) return null;
  const python = buildsMeant(framework, releaseOf(version)).find((build) => build.python !== null)?.python;
  return python == null ? null : `${name} ${version} was built for Python ${python}`;
}
