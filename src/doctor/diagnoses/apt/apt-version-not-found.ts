import { supplyPackage } from '../../fix/apt-package.ts';
import { command } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import { type DiagnosisDefinition, hearing } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'apt does not know this package or version',
  related: ['apt-index-stale', 'apt-unmet-dependencies'],
  textSummary: 'apt does not know the package or the version that was asked for',
  hears: hearing(['package'], ({ manager, reason, name, version }, _all, facts) => {
    if ((manager !== 'apt' && manager !== 'dnf') || name === null) return null;
    if ((reason !== 'not-found' && reason !== 'no-matching-version') || !OF_NVIDIA.test(name)) return null;
    return {
      confidence: 'certain',
      namesCause: true,
      summary: `${manager} knows no package ${name}${version === null ? '' : ` of version ${version}`}`,
      ...(manager === 'apt' ? { fix: supplyPackage(name, version, facts) } : {}),
    };
  }),
  remedy: (facts) => [
    command('update', 'Fetch the lists anew', ['apt', 'update']),
    ...supplyCuda({ cuda: null }, facts),
  ],
};

/** How NVIDIA and distributions call what belongs to CUDA. */
const OF_NVIDIA =
  /^(?:cuda|nvidia|akmod-nvidia|kmod-nvidia|xorg-x11-drv-nvidia|libnvidia|libcuda|libcudnn|cudnn|libcublas|libcufft|libcurand|libcusolver|libcusparse|libnccl|libnvinfer|libnvjpeg|libnpp|libnvrtc|libnvvm|libnvtoolsext|tensorrt|nsight|datacenter-gpu-manager|linux-modules-nvidia)/;
