/** A package of NVIDIA's that apt does not know: what it is of, and where that is to be had. */
import type { Facts } from '../../machine/facts.ts';
import type { FixStep } from '../types.ts';
import { addNvidiaRepository } from './nvidia-repository.ts';
import { installDriver } from './driver.ts';
import { command, inPlaceOf, retitled } from './steps.ts';
import { supplyCuda, type CudaWanted } from './toolkit.ts';

/**
 * @param name "cuda-toolkit-12-4", "cuda-10-0", "libcudnn8", "nvidia-driver-535"
 * @param version "7.6.5.32-1+cuda10.2"; null: none was asked for
 */
export function supplyPackage(name: string, version: string | null, facts: Facts | null): FixStep[] {
  const lists = [
    command('update', 'Fetch the lists anew', ['apt', 'update']),
    command('versions', 'See which versions there are', ['apt', 'list', '-a', name], { root: false }),
  ];
  if (/^(?:nvidia-(?!cuda|cudnn)|libnvidia-(?!ml-dev))/.test(name))
    return [
      ...lists,
      ...inPlaceOf(
        'update',
        installDriver(facts).filter(({ needsReboot }) => !needsReboot),
      ),
    ];
  const prefix = supplyCuda(wantedBy(name, version), facts);
  return [
    ...lists,
    ...inPlaceOf(
      'update',
      retitled(
        addNvidiaRepository(facts).filter(({ id }) => id !== 'apt-update'),
        () => "Or add NVIDIA's repository for this release",
      ),
    ),
    ...inPlaceOf(
      'update',
      retitled(prefix, (title) => `Or take it from wherever it is: ${lowered(title)}`),
    ),
  ];
}

/** What a name and a version of NVIDIA's packages say: "cuda-10-0", "libcudnn8" of "+cuda11.8". */
function wantedBy(name: string, version: string | null): CudaWanted {
  const release = /-(\d{1,2})-(\d)$/.exec(name);
  const builtFor = /\+cuda(\d{1,2}\.\d)/.exec(version ?? '')?.[1];
  const cuda = builtFor ?? (release === null ? null : `${release[1]}.${release[2]}`);
  const cudnn = /^libcudnn(\d)/.exec(name)?.[1];
  return cudnn === undefined ? { cuda } : { cuda, cudnn: /^\d+\.\d+/.exec(version ?? '')?.[0] ?? cudnn };
}

const lowered = (title: string): string => title.charAt(0).toLowerCase() + title.slice(1);
