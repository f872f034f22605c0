/** Whether the device that a line of the kernel names is NVIDIA's: a bridge or a network card is not the doctor's business. */
import type { TestimonyOf, Witness } from './testimony.ts';

/** Said by the line itself (the nvidia driver speaks), or of that address anywhere else in the text. */
export function isOfNvidia(one: TestimonyOf<'hardware'>, all: Witness): boolean {
  if (/\bnvidia [\da-f]{4,8}:/.test(one.excerpt)) return true;
  if (one.pci === null) return false;
  const same = ({ pci }: { pci: string | null }): boolean => pci === one.pci;
  return (
    all.of('xid').some(same) ||
    all
      .of('hardware')
      .some((other) => same(other) && (other.what === 'is-nvidia' || other.excerpt.includes('NVRM')))
  );
}
