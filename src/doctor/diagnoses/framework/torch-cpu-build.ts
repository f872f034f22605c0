import { script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'The framework is built without CUDA',
  related: ['torch-cuda-arch-unsupported', 'conda-shadows-cuda'],
  hears: hearing(['framework'], ({ name, version, build }) => {
    if (build !== 'cpu' || NAMES[name] === undefined) return null;
    return {
      // Its own words name the cause; a build that a list names need not be the one that is used.
      confidence: version === null ? 'certain' : 'likely',
      namesCause: true,
      summary: `This ${NAMES[name]}${version === null ? '' : ` ${version}`} is built without CUDA`,
    };
  }),
  remedy: () => [
    script(
      'remove-cpuonly',
      'conda: remove the marker and install a CUDA build',
      'conda remove cpuonly\nconda install pytorch pytorch-cuda=12.1 -c pytorch -c nvidia',
      { root: false },
    ),
    script(
      'pip',
      'pip: install from the index of your CUDA',
      'pip install --force-reinstall torch --index-url https://download.pytorch.org/whl/cu121',
      { root: false, alternativeTo: 'remove-cpuonly' },
    ),
  ],
};

const NAMES: Readonly<Record<string, string>> = {
  torch: 'PyTorch',
  jax: 'JAX',
  onnxruntime: 'ONNX Runtime',
  bitsandbytes: 'bitsandbytes',
};
