/**
 * What an installed framework was built for, from the files of versions that its makers put into it:
 *
 *     torch/version.py                         __version__ = '2.1.0+cu118'    cuda: Optional[str] = '11.8'    cuda = None
 *     tensorflow/python/platform/build_info.py "cuda_version": "12.5.1", "cudnn_version": "9",
 *                                              "cuda_compute_capabilities": ["sm_60", "compute_90"], "is_cuda_build": True
 *                                              of 2.0 to 2.2 cuda_version_number = '10.1'
 *     onnxruntime/capi/build_and_package_info.py   cuda_version = '12.8'
 *
 * Where they say nothing, the metadata's version with its local part ("+cu118", "+cpu") does; and of GPUs the fat binaries do.
 */
import { frameworkNamed } from '../../../compat/frameworks.ts';
import { valueOf } from '../../answer.ts';
import type { InstalledFramework } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { codeOf } from './framework-code.ts';
import type { InstalledPython } from './python.ts';
import { requiredPackages } from './required-packages.ts';

const MOST_BYTES = 65_536;

/** Packages of a framework without its own code, and of its builds without CUDA that have a name of their own. */
const CPU_PACKAGES = new Set(['tensorflow-cpu', 'intel-tensorflow', 'onnxruntime']);

/** Null for a package that is no framework. */
export async function frameworkIn(
  machine: Machine,
  { name, version, folder, metadata }: InstalledPython,
): Promise<Omit<InstalledFramework, 'libraries'> | null> {
  const framework = frameworkNamed(name === 'tensorflow-cpu' ? 'tensorflow' : name);
  if (framework === null) return null;
  const [release, local] = version.split('+', 2) as [string, string | undefined];
  const file = FILES[framework];
  const text =
    file === undefined ? '' : (valueOf(await machine.readFile(`${folder}/${file}`, MOST_BYTES))?.text ?? '');
  const own = ownVersion(text);
  const build = local ?? own.local;
  const cuda = own.cuda ?? cudaOfBuild(build);
  return {
    framework,
    package: name,
    version: release,
    build,
    cuda,
    cudnn: own.cudnn,
    isCpuBuild: own.isCpuBuild || build === 'cpu' || CPU_PACKAGES.has(name),
    architectures:
      own.architectures === null
        ? await codeOf(machine, framework, folder)
        : { ...own.architectures, from: `${folder}/${file}` },
    requires: requiredPackages(
      valueOf(await machine.readFile(`${folder}/${metadata}/METADATA`, MOST_BYTES))?.text ?? '',
    ),
    path: `${folder}/${file ?? name}`,
  };
}

const FILES: Readonly<Record<string, string>> = {
  torch: 'torch/version.py',
  tensorflow: 'tensorflow/python/platform/build_info.py',
  onnxruntime: 'onnxruntime/capi/build_and_package_info.py',
};

interface OwnVersion {
  local: string | null;
  cuda: string | null;
  cudnn: string | null;
  isCpuBuild: boolean;
  architectures: Omit<NonNullable<InstalledFramework['architectures']>, 'from'> | null;
}

export function ownVersion(text: string): OwnVersion {
  const [, local] = /^__version__ = ['"][^'"+]{1,40}\+([\w.]{1,40})['"]/m.exec(text) ?? [];
  const [, torchCuda, otherCuda] =
    /^cuda(?:: [^=\n]{1,40})? = ['"](\d[\d.]{0,12})['"]|\bcuda_version(?:_number)?['"]? ?[,:=] ?['"](?:64_)?(\d[\d.]{0,12})['"]/m.exec(
      text,
    ) ?? [];
  const [, cudnn] =
    /\bcudnn_version(?:_number)?['"]? ?[,:=] ?['"](?:64_)?(\d[\d.]{0,12})['"]/.exec(text) ?? [];
  const [, listed] = /\bcuda_compute_capabilities['"]? ?[,:=] ?\[([^\]]{1,800})\]/.exec(text) ?? [];
  return {
    local: local ?? null,
    cuda: torchCuda ?? otherCuda ?? null,
    cudnn: cudnn ?? null,
    isCpuBuild:
      /^cuda(?:: [^=\n]{1,40})? = None\s*$/m.test(text) || /\bis_cuda_build['"]? ?[,:=] ?False/.test(text),
    architectures: listed === undefined ? null : architecturesIn(listed),
  };
}

/** '"sm_60", "sm_70", "compute_90"' */
function architecturesIn(listed: string): NonNullable<OwnVersion['architectures']> {
  const named = (prefix: string): string[] =>
    [...listed.matchAll(new RegExp(`\\b${prefix}_(\\d{1,2})(\\d)\\b`, 'g'))].map(
      ([, major, minor]) => `${major}.${minor}`,
    );
  return { machine: named('sm'), ptx: named('compute') };
}

/** "cu118" is 11.8, "cu92" 9.2, "cuda12" and "cuda12.cudnn89" leave the minor open. */
function cudaOfBuild(build: string | null): string | null {
  const [, major, minor] = /^cu(\d{1,2})(\d)$/.exec(build ?? '') ?? [];
  return major === undefined ? null : `${major}.${minor}`;
}
