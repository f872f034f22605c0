/**
 * Which of NVIDIA's packages a framework was built with, from the metadata of its wheel (PEP 566, PEP 508):
 *
 *     Requires-Dist: nvidia-cudnn-cu12==9.1.0.70; platform_system == "Linux" and platform_machine == "x86_64"
 *     Requires-Dist: nvidia-cudnn-cu12 (==8.9.2.26) ; platform_system == "Linux"
 *     Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"
 */
import type { RequiredPackage } from '../../facts.ts';

const REQUIRES = /^Requires-Dist: (nvidia-[a-z0-9-]{1,60}) ?\(?([=<>!~][=<>!~,. \d*]{1,80})\)?/;

export function requiredPackages(metadata: string): RequiredPackage[] {
  return metadata.split('\n').flatMap((line) => {
    const [, name, range] = REQUIRES.exec(line.slice(0, 400)) ?? [];
    const [, how, version] = /(==|>=|~=) ?(\d[\d.]{0,30})/.exec(range ?? '') ?? [];
    return name === undefined || version === undefined
      ? []
      : [{ name, atLeast: version.replace(/\.$/, ''), exact: how === '==' && !range!.includes('*') }];
  });
}
