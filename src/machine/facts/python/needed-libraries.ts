/**
 * The libraries that TensorFlow and ONNX Runtime open by name when they start on a GPU: they bring none of their own, and go on
 * without a GPU where one is missing. pip's packages lie on their search path; else the loader finds them.
 */
import { pipPackageOf, sonameOf } from '../../../compat/sonames.ts';
import { majorOf } from '../../../compat/dotted-version.ts';
import { mapAnswer, present, type Answer } from '../../answer.ts';
import type { InstalledFramework, NeededLibrary } from '../../facts.ts';
import { findLibrary } from '../../loader.ts';
import type { Machine } from '../../machine.ts';

const OPEN_BY_NAME = ['tensorflow', 'onnxruntime'];

type Needs = Pick<InstalledFramework, 'framework' | 'isCpuBuild' | 'cuda' | 'cudnn' | 'path'>;

/**
 * @param packages names of what pip has installed beside it
 * @param architecture as `uname -m` names it; undefined: not known, and then nothing is looked for
 */
export async function neededLibraries(
  machine: Machine,
  { framework, isCpuBuild, cuda, cudnn, path }: Needs,
  packages: readonly string[],
  architecture: string | undefined,
): Promise<NeededLibrary[]> {
  if (!OPEN_BY_NAME.includes(framework) || isCpuBuild || cuda === null || architecture === undefined)
    return [];
  const wanted = [
    { of: 'cuda', version: cuda, soname: sonameOf('cudart', cuda) },
    ...(cudnn === null
      ? []
      : [{ of: 'cudnn', version: cudnn, soname: `libcudnn.so.${majorOf(cudnn)}` } as const]),
  ] as const;
  const needed: NeededLibrary[] = [];
  for (const { of, version, soname } of wanted) {
    if (soname === null) continue;
    const pip = pipPackageOf(soname, cuda);
    const found: Answer<string> =
      pip !== null && packages.includes(pip)
        ? present(pip, { kind: 'dir', name: path })
        : mapAnswer(
            await findLibrary(machine, soname, {
              architecture: architecture === 'aarch64' ? 'aarch64' : 'x86-64',
            }),
            (file) => file.path,
          );
    needed.push({ of, version, soname, found });
  }
  return needed;
}
