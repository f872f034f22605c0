/** A cuDNN of one version: for pip's frameworks by pip, else in a prefix or by the distribution's package manager. */
import { majorMinor } from '../../compat/dotted-version.ts';
import { debPackageOf, pipPackageOf } from '../../compat/sonames.ts';
import type { Facts } from '../../machine/facts.ts';
import type { FixStep } from '../types.ts';
import { usesApt } from './distribution.ts';
import { fittingCuda } from './fitting-cuda.ts';
import { command, inPlaceOf, script } from './steps.ts';
import { supplyCuda } from './toolkit.ts';

/** @param version that a program was built with: "7.1.4", "8.9", "9.1.0" */
export function exactCudnn(version: string, facts: Facts | null): FixStep[] {
  const release = majorMinor(version) ?? version;
  const soname = `libcudnn.so.${version.split('.')[0]}`;
  const cuda = fittingCuda(facts);
  const pip = pipPackageOf(soname, cuda);
  const deb = debPackageOf(soname, cuda);
  const prefix = supplyCuda({ cuda: null, cudnn: release }, facts);
  const others = [
    ...(pip === null
      ? []
      : [
          command(
            'pip-cudnn',
            `Or, where cuDNN came with pip: take the ${release} that it was built with`,
            ['pip', 'install', `${pip}==${release}.*`],
            { root: false },
          ),
        ]),
    ...(deb === null || !usesApt(facts)
      ? []
      : [
          script(
            'apt-cudnn',
            "Or downgrade or upgrade the system's cuDNN to it",
            `apt install --allow-downgrades '${deb}=${version}*'`,
          ),
        ]),
  ];
  return [...prefix, ...inPlaceOf(prefix[0]!.id, others)];
}
