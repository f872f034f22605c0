import { supplyPackage } from '../../fix/apt-package.ts';
import { installDriver } from '../../fix/driver.ts';
import { refreshLists } from '../../fix/package-manager.ts';
import { command, script } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import { type DiagnosisDefinition, type FixStep, hearing } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'The package manager does not know this package or version',
  related: ['apt-index-stale', 'apt-unmet-dependencies'],
  textSummary: 'The package manager does not know the package or the version that was asked for',
  hears: hearing(['package'], ({ manager, reason, name, version }, _all, facts) => {
    if (!MANAGERS.includes(manager) || name === null) return null;
    if (reason === 'excluded')
      return {
        confidence: 'certain',
        namesCause: true,
        summary: `${manager} is told to leave ${name} out (an exclude line in its configuration)`,
        fix: withoutExcludes(name),
      };
    if ((reason !== 'not-found' && reason !== 'no-matching-version') || !OF_NVIDIA.test(name)) return null;
    return {
      confidence: 'certain',
      namesCause: true,
      summary: `${manager} knows no package ${name}${version === null ? '' : ` of version ${version}`}`,
      fix:
        manager === 'apt'
          ? supplyPackage(name, version, facts)
          : [
              refreshLists(manager),
              ...(IS_DRIVER.test(name) ? installDriver(facts) : supplyCuda({ cuda: null }, facts)),
            ],
    };
  }),
  remedy: (facts) => [
    command('update', 'Fetch the lists anew', ['apt', 'update']),
    ...supplyCuda({ cuda: null }, facts),
  ],
};

const withoutExcludes = (name: string): FixStep[] => [
  script(
    'see-excludes',
    'See which line leaves it out',
    'grep -rniE "^ *exclude(pkgs)? *=" /etc/dnf/dnf.conf /etc/yum.repos.d',
    { root: false },
  ),
  command('install-excluded', 'Remove the line, or install it this once without the excludes', [
    'dnf',
    'install',
    '--disableexcludes=all',
    name,
  ]),
];

const MANAGERS: readonly string[] = ['apt', 'dnf', 'zypper', 'pacman'];

/** What is the driver's, not CUDA's. */
const IS_DRIVER =
  /^(?:nvidia|akmod-nvidia|kmod-nvidia|xorg-x11-drv-nvidia|cuda-drivers|lib32-nvidia|x11-video-nvidia)/;

/** How NVIDIA and distributions call what belongs to CUDA. */
const OF_NVIDIA =
  /^(?:cuda|nvidia|lib32-nvidia|x11-video-nvidia|akmod-nvidia|kmod-nvidia|xorg-x11-drv-nvidia|libnvidia|libcuda|libcudnn|cudnn|libcublas|libcufft|libcurand|libcusolver|libcusparse|libnccl|libnvinfer|libnvjpeg|libnpp|libnvrtc|libnvvm|libnvtoolsext|tensorrt|nsight|datacenter-gpu-manager|linux-modules-nvidia)/;
