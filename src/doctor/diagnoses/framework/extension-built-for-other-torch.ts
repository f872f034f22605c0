import { posix } from 'node:path';
import { byHand, command } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';
import type { Witness } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'An extension was built for another PyTorch',
  related: ['torch-toolkit-mismatch', 'pip-nvidia-libs-mixed'],
  textSummary: 'An extension was built for another PyTorch than the one that is installed',
  hears: hearing(['missing-symbol', 'missing-library', 'version-mismatch'], (one, all) => {
    switch (one.kind) {
      case 'missing-symbol':
        return OF_TORCH.test(one.symbol) && !/\/lib(?:torch|c10)\w{0,30}\.so/.test(one.file ?? '')
          ? builtFor(one.file)
          : null;
      case 'missing-library':
        return /^lib(?:torch|c10|shm)\w{0,30}\.so/.test(one.soname) ? builtFor(one.asker) : null;
      case 'version-mismatch':
        return one.of === 'torch' && !(one.found === null && hasTorchWithoutCuda(all))
          ? builtFor(one.asker ?? null)
          : null;
    }
  }),
  remedy: () => rebuild(null),
};

/** The namespaces of its C++ interface, mangled: c10, at, torch; and what C++ extensions look up in it. */
const OF_TORCH =
  /^_ZN?K?(?:\d{0,2})?(?:3c10|2at|5torch|5caffe2|8pybind11)|^_ZN?K?S?t?N?K?\d{0,2}(?:c10|torch|caffe2|at)\d|THPVariableClass|^THCState/;

/** Whoever only says that its extension cannot be had, cannot have it of that torch either. */
const hasTorchWithoutCuda = (all: Witness): boolean =>
  all.of('framework').some(({ name, build }) => name === 'torch' && build === 'cpu');

function builtFor(extension: string | null): {
  confidence: 'certain';
  namesCause: true;
  rank: number;
  summary?: string;
  fix?: FixStep[];
} {
  const said = { confidence: 'certain', namesCause: true, rank: 3 } as const;
  const name = extension === null ? null : nameOf(extension);
  if (name === null) return said;
  return {
    ...said,
    summary: `${name} was built for another PyTorch than the one that is installed (or for the other C++ ABI)`,
    fix: rebuild(name),
  };
}

const ANEW =
  'Install it anew against that torch: a wheel whose name has the same torch, CUDA and ABI, or built here';

/** .../site-packages/flash_attn_2_cuda.cpython-311-x86_64-linux-gnu.so -> flash-attn; .../mmcv/_ext.so -> mmcv */
function nameOf(path: string): string | null {
  const inPackages = /(?:site|dist)-packages\/([\w-]{1,60})(?=[/.])/.exec(path)?.[1];
  const file = inPackages ?? /^[\w-]{1,60}/.exec(posix.basename(path))?.[0];
  if (file === undefined || file === 'python') return null;
  return file
    .replace(/(?:_\d)?_(?:cuda|cpp|ext|C)$/, '')
    .replace(/^_+/, '')
    .replaceAll('_', '-');
}

/** @param name of the package; null: not known */
function rebuild(name: string | null): FixStep[] {
  return [
    command(
      'which-torch',
      'See which PyTorch is installed, with which CUDA and C++ ABI',
      [
        'python',
        '-c',
        'import torch; print(torch.__version__, torch.version.cuda, torch.compiled_with_cxx11_abi())',
      ],
      { root: false },
    ),
    name === null
      ? byHand(
          'rebuild-extension',
          `${ANEW} (pip install --force-reinstall --no-build-isolation --no-cache-dir)`,
        )
      : command(
          'rebuild-extension',
          ANEW,
          [
            'pip',
            'install',
            '--force-reinstall',
            '--no-deps',
            '--no-build-isolation',
            '--no-cache-dir',
            name,
          ],
          { root: false },
        ),
  ];
}
