import { script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'apt does not know this package or version',
  related: ['apt-index-stale', 'apt-unmet-dependencies'],
  textSummary: 'apt does not know the package or the version that was asked for',
  hears: hearing(['package'], ({ manager, reason, name, version }) => {
    if ((manager !== 'apt' && manager !== 'dnf') || name === null) return null;
    if ((reason !== 'not-found' && reason !== 'no-matching-version') || !OF_NVIDIA.test(name)) return null;
    return {
      confidence: 'certain',
      namesCause: true,
      summary: `${manager} knows no package ${name}${version === null ? '' : ` of version ${version}`}`,
    };
  }),
  remedy: () => [
    script(
      'update',
      'Fetch the lists, and see which versions there are',
      'apt update\napt list -a libcudnn8',
    ),
    script(
      'gpu-setup',
      "Versions that this release's repository does not have: gpu-setup takes them from where they are",
      'gpu-setup search cudnn\ngpu-setup install cuda@10.0 cudnn@7.5',
      { root: false },
    ),
  ],
};

/** How NVIDIA and distributions call what belongs to CUDA. */
const OF_NVIDIA =
  /^(?:cuda|nvidia|akmod-nvidia|kmod-nvidia|xorg-x11-drv-nvidia|libnvidia|libcuda|libcudnn|cudnn|libcublas|libcufft|libcurand|libcusolver|libcusparse|libnccl|libnvinfer|libnvjpeg|libnpp|libnvrtc|libnvvm|libnvtoolsext|tensorrt|nsight|datacenter-gpu-manager|linux-modules-nvidia)/;
