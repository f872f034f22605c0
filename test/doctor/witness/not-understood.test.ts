/** What a family shows and no rule of it understands is shown, never silence; what goes well is not shown as a riddle. */
import { describe, expect, it } from 'vitest';
import { linesOfLog } from '../../../src/doctor/text/lines.ts';
import { witness } from '../../../src/doctor/witness/read.ts';

const familiesThatDoNot = (text: string): string[] =>
  witness(linesOfLog(text))
    .of('not-understood')
    .map(({ family }) => family);

describe('invented, and grammatical', () => {
  it.each([
    ['apt', 'E: nvidia-driver-999 refuses to dance'],
    ['apt', "Error: Could not perform immediate dancing on 'nvidia-driver-535'."],
    ['dpkg', "dpkg: error: parsing file '/var/lib/dpkg/moon' near line 0"],
    ['zypper', "Problem: 2: the to be installed nvidia-compute-G06-580.1-1.x86_64 dislikes 'moon'"],
    [
      'dnf',
      ' Problem: package nvidia-driver-3:580.65.06-1.el10.x86_64 from cuda-rhel10-x86_64 dislikes the moon',
    ],
    ['pacman', 'error: nvidia-utils: signature of the moon is missing'],
    ['Nix', "       error: attribute 'nvidia-moon' missing"],
    ['initial RAM disk', "==> ERROR: Hook 'nvidia' cannot dance"],
    ['initial RAM disk', 'dracut[E]: the moon is missing'],
    ['module loading', "modprobe: ERROR: could not dance with 'nvidia': Moonlight"],
    ['module builds', 'Error! Cannot dance with the module.'],
    ['module builds', 'akmods: nvidia-kmod failed to dance'],
    ['.run installer', 'ERROR: Failed to rebuild the initramfs!'],
    ['Secure Boot', 'Failed to dance with new MOK'],
    ['clusters', 'slurmd: error: gres/gpu: the moon is missing'],
    ['container runtimes', "slurmstepd: error: pyxis: couldn't get container moon"],
    ['container runtimes', '[ERROR] /etc/enroot/hooks.d/98-nvidia.sh cannot dance'],
    ['container runtimes', 'docker: Error response from daemon: nvidia cannot dance.'],
    ['container runtimes', 'lxc ct1 20240301100000.000 ERROR conf - conf.c:dance:1 - nvidia cannot dance'],
    ['container runtimes', 'failed to apply annotation to nvidia.com/gpu=0'],
    ['kernel log', 'NVRM: GPU 0000:01:00.0: failed to dance'],
    ['kernel log', 'nvidia-modeset: ERROR: GPU:0: the moon is missing'],
  ])('%s: %s', (family, line) => {
    expect(familiesThatDoNot(line)).toEqual([family]);
  });
});

describe('nothing is wrong, or another family understands it', () => {
  it.each([
    'NVRM: loading NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22 01:44:30 UTC 2024',
    'NVRM: GPU at PCI:0000:01:00: GPU-00000000-0000-0000-0000-000000000000',
    'nvidia 0000:01:00.0: enabling device (0000 -> 0003)',
    'nvidia-modeset: Loading NVIDIA Kernel Mode Setting Driver for UNIX platforms  550.54.14',
    'Setting up nvidia-driver-535 (535.183.01-0ubuntu0.22.04.1) ...',
    'slurmstepd: pyxis: imported docker image: nvcr.io/nvidia/pytorch:24.05-py3',
    'error: Package ‘nvidia-x11-570.86.16-6.6.74’ in /nix/store/8rhk0q0bh3vwvkhfqgzpgbi6shq6ywqp-source/x.nix:278 has an unfree license (‘unfree’), refusing to evaluate.',
    'error: failed to commit transaction (conflicting files)',
    'dracut[I]: *** Including module: nvidia ***',
  ])('%s', (line) => {
    expect(familiesThatDoNot(line)).toEqual([]);
  });
});
