/** What a plan comes to, in the words that every renderer uses. */
import { titleOf } from '../stack/published.ts';
import { pythonInWords } from '../stack/python-releases.ts';
import type { Plan, PlanMachine, PlanStack, Wanted } from '../stack/types.ts';

export interface PlanHeadline {
  status: 'ok' | 'error' | 'unknown';
  word: string;
  sentence: string;
}

export function headlineOf(plan: Plan): PlanHeadline {
  const { feasible, confidence, asked, stack, further } = plan;
  const what = and(asked.map(nameOfWanted));
  const [can, cannot, where] = wordsOf(plan);
  switch (feasible) {
    case 'yes': {
      const sure = confidence === 'certain' ? '' : ', as far as is known';
      const stacks = and([stack ?? [], ...further].flat().map(stackTitle));
      return { status: 'ok', word: 'yes', sentence: `${stacks || what} ${can} ${where}${sure}` };
    }
    case 'no':
      return { status: 'error', word: 'no', sentence: `${what} ${cannot} ${where}` };
    case 'unknown':
      return { status: 'unknown', word: 'unknown', sentence: `whether ${what} ${can} ${where} is not known` };
  }
}

/** For a build it is the GPU that counts, and no driver. */
function wordsOf({ purpose, machine }: Plan): readonly [can: string, cannot: string, where: string] {
  if (purpose === 'run') return ['can run', 'cannot run', `on ${nameOfMachine(machine)}`];
  const { gpus, from, os } = machine;
  const named = from.gpus.startsWith('--') && gpus !== null ? ` for ${namesOfGpus(gpus)}` : '';
  return ['can build', 'cannot build', `programs${named}${os === null ? '' : ` on ${os.prettyName}`}`];
}

/** "PyTorch 2.14.0 (cu126)", "CUDA 10.0", "darknet with CUDA 10.0" */
export function stackTitle({ recipe, framework, cuda }: PlanStack): string {
  if (framework === null) {
    const toolkit = `CUDA ${cuda ?? ''}`.trim();
    return recipe?.builds === true ? `${recipe.name} with ${toolkit}` : toolkit;
  }
  const { name, version, build } = framework;
  return `${titleOf(name)} ${version}${build === null ? '' : ` (${build})`}`;
}

/** "TensorFlow 1.9", "PyTorch", "CUDA >=11.8 <12" */
function nameOfWanted({ name, version }: Wanted): string {
  return version === null ? titleOf(name) : `${titleOf(name)} ${version.replace(/^==(?=[\d.]+$)/, '')}`;
}

/** "GeForce GTX 1660 Ti with driver 440.64, Ubuntu 18.04", "GeForce RTX 4090 (no driver yet), Debian 12" */
export function nameOfMachine({ gpus, driver, os }: PlanMachine): string {
  const gpu =
    gpus === null
      ? 'a GPU that is not known'
      : gpus.length === 0
        ? 'a machine without an NVIDIA GPU'
        : namesOfGpus(gpus);
  // "can run on a GeForce RTX 4090 without a driver" would say that it takes none.
  const none = gpus?.length === 0 ? ' and without a driver' : ' (no driver yet)';
  const runs = driver === null ? '' : driver === 'none' ? none : ` with driver ${driver}`;
  return `${gpu}${runs}${os === null ? '' : `, ${os.prettyName}`}`;
}

const namesOfGpus = (gpus: NonNullable<PlanMachine['gpus']>): string =>
  and([...new Set(gpus.map(({ name }) => name))]);

/**
 * A stack, part by part; what is not asked for or not known is left out.
 *
 * @param machine whose driver is told beside the one that is needed; null: it was told
 */
export function stackRows(
  stack: PlanStack,
  machine: PlanMachine | null,
): readonly (readonly [string, string])[] {
  const { driver, cuda, cudnn, compiler, python, pins, architectures } = stack;
  const rows: (readonly [string, string | null])[] = [
    ['driver', machine === null ? null : driverText(driver, machine)],
    ['CUDA', cuda],
    ['cuDNN', cudnn],
    ['Python', python === null ? null : pythonInWords(python)],
    ['compiler', compilerText(compiler)],
    ['held back', pins.length === 0 ? null : pins.join(', ')],
    ['code', architectures.length === 0 ? null : architectures.map(codeText).join('; ')],
  ];
  return rows.filter((row): row is readonly [string, string] => row[1] !== null);
}

/** "450.80.02 or newer, the open kernel modules; 535.183.01 is here" */
function driverText({ min, max, openModules }: PlanStack['driver'], { driver }: PlanMachine): string | null {
  const range =
    min === null
      ? max === null
        ? []
        : [`up to ${max}`]
      : max === null
        ? [`${min} or newer`]
        : [`${min} to ${max}`];
  const parts = [...range, ...(openModules ? ['the open kernel modules'] : [])];
  if (parts.length === 0) return null;
  const here =
    driver === null
      ? 'which one runs is not known'
      : driver === 'none'
        ? 'none is here'
        : `${driver} is here`;
  return `${parts.join(', ')}; ${here}`;
}

function compilerText(compiler: PlanStack['compiler']): string | null {
  if (compiler === null || (compiler.min === null && compiler.max === null)) return null;
  const { family, min, max } = compiler;
  if (max === null) return `${family} ${min} or newer`;
  return min === null ? `${family} up to ${max}` : `${family} ${min} to ${max}`;
}

const FITS = {
  yes: 'has code for it',
  slow: 'is compiled for it at the first start, which takes minutes',
  remark: 'may have no code for it',
  no: 'has no code for it',
  unknown: 'whether there is code for it is not known',
} as const;

/** "GeForce GTX 1660 Ti (7.5): has code for it" */
const codeText = ({ gpu, sm, fit }: PlanStack['architectures'][number]): string =>
  `${gpu}${gpu.includes(sm) ? '' : ` (${sm})`}: ${FITS[fit]}`;

export function and(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}`;
}
