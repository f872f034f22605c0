/**
 * What libcuda answered when it was asked to compute (--deep), as testimony: an error by number is judged as it is where a program
 * prints it.
 */
import { errorByNumber } from '../../compat/cuda-errors.ts';
import { originText } from '../../machine/answer.ts';
import type { ComputedGpu, Facts } from '../../machine/facts.ts';
import type { Said, Testimony } from './testimony.ts';

/** Apart from every line of a text, and from each other: nothing stands near them. */
const FIRST = -1_000_000;
const APART = 1000;

/** Of the driver's own kernel these would be faults of the program; this one is known to be right. */
const OF_PROGRAMS: ReadonlySet<string | null> = new Set(['program', 'arch']);

export function computedTestimony({ compute }: Pick<Facts, 'compute'>): Testimony[] {
  if (compute?.state !== 'present') return [];
  const { failure, gpus } = compute.value;
  const failed = [
    ...(failure === null ? [] : [{ ...failure, gpu: null }]),
    ...gpus.flatMap((gpu) => (gpu.failure === null ? [] : [{ ...gpu.failure, gpu: nameOf(gpu) }])),
  ];
  return failed.flatMap((one, index): Testimony[] => {
    const known = one.code === null ? null : errorByNumber('cuda', one.code);
    const said: Said = {
      from: originText(compute.from),
      excerpt: `${one.gpu === null ? '' : `GPU ${one.gpu}: `}${one.call}: ${
        one.code === null
          ? 'no such function'
          : `error ${one.code}${known === null ? '' : ` (${known.names[0]})`}`
      }`,
      at: FIRST + index * APART,
    };
    const own: Testimony = { kind: 'compute-failed', ...one, ...said };
    if (one.code === null || OF_PROGRAMS.has(known?.category ?? null)) return [own];
    return [
      { kind: 'error-code', library: 'cuda', number: one.code, name: known?.names[0] ?? null, ...said },
      own,
    ];
  });
}

const nameOf = ({ index, name }: ComputedGpu): string => (name === null ? `${index}` : `${index} (${name})`);
