import type { Facts } from '../../../machine/facts.ts';
import { openModules, rebuildNixos } from '../../fix/nix.ts';
import { byHand } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';
import type { TestimonyOf } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'Nix refuses a package of NVIDIA',
  causes: [{ code: 'driver-not-installed' }, { code: 'libcuda-missing' }, { code: 'toolkit-missing' }],
  related: ['driver-not-installed', 'libcuda-missing'],
  hears: hearing(['package'], (one, _all, facts) => {
    const refusal = one.manager === 'nix' ? REFUSALS[one.reason] : undefined;
    if (refusal === undefined || !OF_NVIDIA.test(one.name ?? '')) return null;
    return {
      confidence: 'certain',
      namesCause: true,
      summary: refusal.sentence(one),
      fix: refusal.fix(one, facts),
    };
  }),
  remedy: () => allow(null),
};

/** How nixpkgs calls what is of NVIDIA, and what is built with its CUDA. */
const OF_NVIDIA = /nvidia|cuda|cudnn|nccl|tensorrt|libXNVCtrl|cutensor|libcu|libnv|nsight/i;

type Package = TestimonyOf<'package'>;

interface Refusal {
  sentence(one: Package): string;
  fix(one: Package, facts: Facts): FixStep[];
}

const allow = (name: string | null): FixStep[] => [
  byHand(
    'allow-unfree',
    `Allow it in the configuration: nixpkgs.config.allowUnfree = true;${name === null ? '' : ` or ${name} alone, by nixpkgs.config.allowUnfreePredicate`}`,
    { root: true },
  ),
  rebuildNixos(),
  byHand(
    'allow-once',
    'Or, for one command: NIXPKGS_ALLOW_UNFREE=1 in its environment (with flakes --impure)',
    {
      alternativeTo: 'allow-unfree',
    },
  ),
];

const REFUSALS: Partial<Readonly<Record<Package['reason'], Refusal>>> = {
  unfree: {
    sentence: ({ name }) =>
      `Nix does not take ${name}: its licence is not free, and the configuration allows none such`,
    fix: ({ name }) => allow(name),
  },
  licence: {
    sentence: () => "NVIDIA's licence must be accepted in the configuration before Nix takes this driver",
    fix: () => [
      byHand(
        'accept-licence',
        'Accept it in the configuration: nixpkgs.config.nvidia.acceptLicense = true;',
        {
          root: true,
        },
      ),
      rebuildNixos(),
    ],
  },
  broken: {
    sentence: ({ name, version }) =>
      `nixpkgs knows that ${[name, version].filter(Boolean).join(' ')} cannot be built: this driver does not fit that kernel`,
    fix: () => [
      byHand(
        'other-kernel',
        'Take a driver that fits (hardware.nvidia.package, for the GPU here), or an older kernel (boot.kernelPackages)',
        { root: true },
      ),
      rebuildNixos(),
    ],
  },
  'option-missing': {
    sentence: ({ other }) => `NixOS asks for a decision in the configuration: ${other}`,
    fix: ({ other }, facts) => [
      byHand(
        'set-option',
        `Set ${other} in the configuration${other === 'hardware.nvidia.open' ? `: ${openModules(facts)}` : ', as its message says'}`,
        { root: true },
      ),
      rebuildNixos(),
    ],
  },
};
