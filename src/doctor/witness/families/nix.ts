/**
 * Nix and NixOS: packages that its configuration must allow first, and signs that a program is Nix' own. Such a program looks for the
 * driver's libraries in /run/opengl-driver/lib, which NixOS fills and no other distribution has.
 *
 *     error: Package ‘nvidia-x11-550.90.07’ in /nix/store/...-source/pkgs/.../generic.nix:75 has an unfree license (‘unfreeRedistributable’), refusing to evaluate.
 *     error: Package ‘nvidia-x11-390.157-6.8.2’ in ... is marked as broken, refusing to evaluate.
 *     - You must configure `hardware.nvidia.open` on NVIDIA driver versions >= 560.
 *     error: Use of NVIDIA Software requires license acceptance.
 */
import { familyOf, type Sentence } from '../family.ts';
import { packageTrouble } from '../package-trouble.ts';
import type { TestimonyKind } from '../testimony.ts';

const nix = packageTrouble('nix');
const NIXOS: TestimonyKind = { kind: 'distribution', id: 'nixos', version: null, guessed: true };

const QUOTE = String.raw`['‘’"]`;

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'refusing to evaluate',
    pattern: new RegExp(
      `Package ${QUOTE}([\\w.+-]{2,80}?)(?:-(\\d[\\w.+-]{0,60}))?${QUOTE} in .{1,300}(?:has an? (unfree) license|is marked as (?:insecure|(broken))).{0,200}refusing to evaluate`,
      'i',
    ),
    says: ([, name, version = null, unfree, broken]) =>
      unfree === undefined && broken === undefined
        ? null
        : nix(unfree === undefined ? 'broken' : 'unfree', { name: name!, version }),
  },
  {
    // error: builder for '/nix/store/...-nvidia-x11-470.256.02-6.10.drv' failed with exit code 2;
    literal: "error: builder for '/nix/",
    pattern:
      /error: builder for '\/nix\/store\/\w{4,40}-nvidia-(?:x11|open)-(\d{2,3}\.[\d.]{2,12})-(\d\.[\w.-]{1,40})\.drv' failed/i,
    says: ([, driver, kernel]) => ({
      kind: 'module-build',
      module: 'nvidia',
      driver: driver!,
      kernel: kernel!,
      why: 'failed',
      detail: null,
    }),
  },
  {
    literal: 'requires license acceptance',
    pattern: /Use of NVIDIA Software requires license acceptance/i,
    says: () => nix('licence', { name: 'nvidia' }),
  },
  {
    // Failed assertions: - You must configure `hardware.nvidia.open` on NVIDIA driver versions >= 560.
    literal: ['must configure `hardware.nvidia.', 'must configure hardware.nvidia.'],
    pattern: /must configure `?(hardware\.nvidia\.[\w.]{2,40})`?/i,
    says: ([, option]) => [nix('option-missing', { name: 'nvidia', other: option! }), NIXOS],
  },
  {
    // What is said of another option that keeps a configuration from being built
    literal: 'hardware.nvidia',
    pattern:
      /^\s{0,12}- .{0,160}\b(hardware\.nvidia(?:-container-toolkit)?\.[\w.]{2,60}).{0,200}(?:requires|must|only|cannot)/i,
    says: ([, option]) => [nix('option-missing', { name: 'nvidia', other: option! }), NIXOS],
  },
  {
    literal: ['nixos', '/run/opengl-driver', '/run/current-system/sw/', 'nixos-rebuild'],
    pattern: /\bNixOS\b|\/run\/opengl-driver\/|\/run\/current-system\/sw\/|\bnixos-rebuild\b/i,
    says: () => NIXOS,
  },
  {
    literal: '/nix/store/',
    pattern: /\/nix\/store\/[a-z0-9]{32}-/,
    says: () => ({ kind: 'nix' }),
  },
];

export const family = familyOf('Nix', SENTENCES, [
  {
    literal: [
      'error: attribute ',
      "error: builder for '/nix/",
      'error: undefined variable ',
      'error: the option ',
    ],
    pattern:
      /error: (?:attribute |builder for '\/nix\/|undefined variable |The option ).{0,200}?(?:nvidia|cuda|opengl|graphics)/i,
  },
]);
