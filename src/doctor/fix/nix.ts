/** NixOS, and programs of Nix on other distributions: what is configured there, and where they look for the driver. */
import type { Facts } from '../../machine/facts.ts';
import { valueOf } from '../../machine/answer.ts';
import type { FixStep } from '../types.ts';
import { demandOf } from './gpu-demand.ts';
import { byHand, command, script } from './steps.ts';

export const onNixos = (facts: Facts | null): boolean =>
  facts !== null && valueOf(facts.platform.os)?.id === 'nixos';

export const rebuildNixos = (): FixStep =>
  command('rebuild', 'Then build the system anew', ['nixos-rebuild', 'switch']);

/** The driver of NixOS is a matter of its configuration; programs find it in /run/opengl-driver. */
export const nixosDriver = (facts: Facts | null): FixStep[] => [
  byHand(
    'nixos-driver',
    `In the configuration: services.xserver.videoDrivers = [ "nvidia" ]; hardware.graphics.enable = true (before 24.11 hardware.opengl.enable); hardware.nvidia.open = ${openModules(facts)}; nixpkgs.config.allowUnfree = true`,
    { root: true },
  ),
  rebuildNixos(),
];

/** As the GPU needs it, where it is known. */
export function openModules(facts: Facts | null): string {
  const takes = demandOf(facts)?.openKernelModule;
  if (takes === 'unsupported') return 'false (this GPU is driven by the proprietary modules only)';
  if (takes === 'required') return 'true (this GPU is driven by the open modules only)';
  return 'true or false, as the GPU needs';
}

/** A program that Nix has built finds no driver on another distribution by itself. */
export const driverForNixProgram = (): FixStep[] => [
  script(
    'nixgl',
    "Start the program through nixGL, which brings the driver of the host's version",
    'nixGL PROGRAM',
    {
      root: false,
    },
  ),
  script(
    'host-driver',
    "Or show it the host's own library alone, in a folder that holds nothing else",
    'mkdir -p /run/opengl-driver/lib && ln -sf "$(ldconfig -p | awk \'/libcuda.so.1/ { print $NF; exit }\')" /run/opengl-driver/lib/',
    { alternativeTo: 'nixgl' },
  ),
];
