/**
 * What writes the initial RAM disk: initramfs-tools, dracut, mkinitcpio. That firmware may be missing for some other device, it says on
 * every machine, and that is left alone; a module that it was told to take and does not find is missing for that kernel.
 *
 *     update-initramfs: failed for /boot/initrd.img-6.8.0-45-generic with 1.
 *     ==> ERROR: module not found: 'nvidia_uvm'
 *     dracut-install: Failed to find module 'nvidia'
 *     dracut[E]: Module 'nvidia' cannot be installed.
 */
import { familyOf, type Sentence } from '../family.ts';
import type { TestimonyKind } from '../testimony.ts';

const missing = (module: string, kernel: string | null = null): TestimonyKind => ({
  kind: 'module-load',
  module,
  why: 'not-found',
  detail: kernel,
});

const ARCH: TestimonyKind = { kind: 'distribution', id: 'arch', version: null, guessed: true };

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'module not found: ',
    pattern: /==> ERROR: module not found: ['`‘](nvidia[\w-]{0,20})['’]/i,
    says: ([, module]) => [missing(module!), ARCH],
  },
  {
    // dracut[E]: ...; dracut: installkernel failed in module nvidia
    literal: ['cannot be installed', 'installkernel failed in module'],
    pattern:
      /dracut.{0,20}: (?:(?:dracut )?module '(nvidia[\w-]{0,20})' cannot be installed|installkernel failed in module (nvidia[\w-]{0,20}))/i,
    says: ([, module, other]) => missing((module ?? other)!),
  },
];

export const family = familyOf('initial RAM disk', SENTENCES, [
  {
    literal: 'update-initramfs: failed for',
    pattern: /update-initramfs: failed for \/boot\/initrd\S{0,100} with/i,
  },
  { literal: '==> error: ', pattern: /^==> ERROR: .{0,120}?nvidia/i },
  { literal: 'dracut', pattern: /^dracut\[[EF]\]: |^dracut: (?:FAILED|FATAL):? /i },
]);
