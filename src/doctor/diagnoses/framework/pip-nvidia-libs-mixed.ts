import { posix } from 'node:path';
import { valueOf } from '../../../machine/answer.ts';
import { evidence } from '../../evidence.ts';
import { kindOfLibrary } from '../../library-kind.ts';
import { command, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';
import type { TestimonyOf } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: "NVIDIA's libraries from pip do not belong together",
  related: ['conda-shadows-cuda', 'cuda-lib-wrong-version', 'extension-built-for-other-torch'],
  textSummary:
    "Of NVIDIA's libraries that pip installed, one finds another in a version that it was not built with",
  hears: hearing(['missing-symbol'], (one) => {
    const path = one.file === null ? '' : posix.normalize(one.file);
    // PyTorch's own libraries lie in torch/lib, also where the path was cut short.
    if (!/(?:site|dist)-packages\/|(?:^|\/)torch\/lib\//.test(path)) return null;
    const library = askedFor(one);
    if (library === null) return null;
    return {
      confidence: 'likely',
      namesCause: true,
      rank: 4,
      summary: `${posix.basename(path)} asks for ${one.symbol}, which the ${library} that is loaded does not have: it is of another release`,
      fix: together(library),
    };
  }),
  judge(facts) {
    const python = valueOf(facts.python);
    return twice(python?.nvidiaPackages ?? []).map((packages) => ({
      subject: `env:${python!.path}`,
      severity: python!.chosen === 'on-path' ? 'info' : 'warning',
      confidence: 'likely',
      summary: `${packages.join(' and ')} lie in one folder: of the files that both bring, those of the last one installed are there`,
      evidence: [evidence(facts.python, packages.join(', '))],
      fix: together(null),
    }));
  },
  remedy: () => together(null),
};

/** Packages of one library for several CUDA majors: nvidia-cudnn-cu11 beside nvidia-cudnn-cu12. */
function twice(packages: readonly { name: string; version: string }[]): string[][] {
  const byLibrary = new Map<string, string[]>();
  for (const { name } of packages) {
    const [, library] = /^(nvidia-[a-z0-9-]{1,60}?)-cu\d{1,2}$/.exec(name) ?? [];
    if (library !== undefined) byLibrary.set(library, [...(byLibrary.get(library) ?? []), name]);
  }
  return [...byLibrary.values()].filter(({ length }) => length > 1);
}

/** The library that should have the symbol; null for one that is none of NVIDIA's. */
function askedFor({ symbol, versionNode }: TestimonyOf<'missing-symbol'>): string | null {
  const node = versionNode === null ? null : kindOfLibrary(versionNode);
  if (node !== null && node !== 'driver') return /^lib[\w-]{1,40}/.exec(versionNode!)![0];
  const prefix = PREFIXES.find(([, names]) => names.test(symbol));
  return prefix?.[0] ?? null;
}

const PREFIXES: readonly (readonly [string, RegExp])[] = [
  ['libnccl', /^p?nccl[A-Z]/],
  ['libnvJitLink', /^_{0,2}nvJitLink/],
  ['libcublasLt', /^cublasLt/],
  ['libcublas', /^cublas[A-Z]/],
  ['libcusparse', /^cusparse[A-Z]/],
  ['libcusolver', /^cusolver[A-Z]/],
  ['libcufft', /^cufft[A-Z]/],
];

function together(library: string | null): FixStep[] {
  return [
    script(
      'see-pip-libraries',
      "See which of NVIDIA's packages are installed: of each library one, and all for one CUDA major (the -cu at the end of their names)",
      "pip list | grep -i '^nvidia-'",
      { root: false },
    ),
    script(
      'remove-the-others',
      "Uninstall all of NVIDIA's packages",
      "pip list --format=freeze | grep -i '^nvidia-' | cut -d= -f1 | xargs pip uninstall -y",
      { root: false },
    ),
    command(
      'reinstall',
      `Install the framework anew, so that it brings its own${library === null ? '' : ` ${library}`}`,
      ['pip', 'install', '--force-reinstall', 'torch'],
      { root: false },
    ),
    command(
      'without-ld-library-path',
      "A folder of a toolkit in LD_LIBRARY_PATH stands before pip's libraries: try without",
      ['env', '-u', 'LD_LIBRARY_PATH', 'python', '-c', 'import torch; print(torch.cuda.is_available())'],
      { root: false, alternativeTo: 'remove-the-others' },
    ),
  ];
}
