import { posix } from 'node:path';
import { buildsOf, frameworkNamed, type FrameworkName } from '../../../compat/frameworks.ts';
import { valueOf } from '../../../machine/answer.ts';
import type { Facts } from '../../../machine/facts.ts';
import { driverVersion } from '../../../machine/questions/driver.ts';
import { evidence } from '../../evidence.ts';
import { kindOfLibrary } from '../../library-kind.ts';
import { capabilityOf } from '../../fix/fitting-cuda.ts';
import { buildFor } from '../../fix/framework.ts';
import { byHand, command, script } from '../../fix/steps.ts';
import { installedFrameworks } from '../../question/installed-builds.ts';
import { isCudnn, outdatedPackages } from '../../question/needed-libraries.ts';
import { hearing, type DiagnosisDefinition, type Finding, type FixStep, type Heard } from '../../types.ts';
import type { TestimonyOf, Witness } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: "NVIDIA's libraries from pip do not belong together",
  related: ['conda-shadows-cuda', 'cuda-lib-wrong-version', 'extension-built-for-other-torch'],
  textSummary:
    "Of NVIDIA's libraries that pip installed, one finds another in a version that it was not built with",
  hears: hearing(['missing-symbol', 'package'], (one, all, facts) => {
    if (one.kind === 'package')
      return one.manager !== 'pip' || one.reason !== 'conflict'
        ? null
        : one.name === 'cupy'
          ? SEVERAL_CUPY
          : ofRequirement(one, facts);
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
      fix: together(library, speaking(one, all) ?? installed(facts), facts),
    };
  }),
  judge(facts) {
    const python = valueOf(facts.python);
    return [
      ...ofOtherReleases(facts),
      ...twice(python?.nvidiaPackages ?? []).map((packages): Finding => ({
        subject: `env:${python!.path}`,
        severity: python!.chosen === 'on-path' ? 'info' : 'warning',
        confidence: 'likely',
        summary: `${packages.join(' and ')} lie in one folder: of the files that both bring, those of the last one installed are there`,
        evidence: [evidence(facts.python, packages.join(', '))],
        fix: together(null, installed(facts), facts),
      })),
    ];
  },
  remedy: (facts) => together(null, facts === null ? null : installed(facts), facts),
};

/** pip's own remark on what it has just installed: the framework may work with it, and was built with another. */
function ofRequirement({ name, version, other }: TestimonyOf<'package'>, facts: Facts): Heard | null {
  const framework = frameworkNamed(name ?? '');
  if (framework === null || !/^nvidia-[a-z0-9-]{2,60}-cu\d{1,2}==/.test(other ?? '')) return null;
  return {
    confidence: 'likely',
    namesCause: true,
    summary: `${name} ${version} was built with ${other}, and pip has installed another one`,
    fix: together(null, { framework, version }, facts),
  };
}

/** What a framework was built with, and pip has since replaced by an older one; of cuDNN cudnn-version-mismatch speaks. */
function ofOtherReleases(facts: Facts): Finding[] {
  const bySubject = outdatedPackages(facts).filter((one) => !isCudnn(one));
  const frameworks = [...new Set(bySubject.map(({ one }) => one))];
  return frameworks.map((framework) => {
    const own = bySubject.filter(({ one }) => one === framework);
    return {
      subject: own[0]!.subject,
      severity: own[0]!.counts ? 'warning' : 'info',
      confidence: 'likely',
      summary: `${framework.package} ${framework.version} was built with ${own.map(({ name, wanted }) => `${name} ${wanted}`).join(', ')}; pip has installed ${own.map(({ installed }) => installed).join(', ')}`,
      evidence: [
        own[0]!.seen,
        evidence(facts.python, own.map(({ name, installed }) => `${name} ${installed}`).join(', ')),
      ],
      fix: [
        command(
          'as-built',
          `Install the versions that ${framework.package} was built with`,
          ['pip', 'install', ...own.map(({ name, wanted }) => `${name}==${wanted}`)],
          { root: false },
        ),
      ],
    };
  });
}

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

interface Named {
  framework: FrameworkName;
  /** "2.1.0"; null: not known. */
  version: string | null;
}

/** Whose library it is that was loaded, by its folder; else the framework that is named nearest. */
function speaking(one: TestimonyOf<'missing-symbol'>, all: Witness): Named | null {
  const folder = /(?:-packages\/|^|\/)(torch|tensorflow|jaxlib|onnxruntime|vllm)\//.exec(one.file ?? '')?.[1];
  const name = folder ?? all.near(one, 'framework')?.name ?? '';
  const framework = frameworkNamed(name === 'jaxlib' ? 'jax' : name);
  if (framework === null) return null;
  const version = all.of('framework').find((other) => other.name === framework && other.version !== null);
  return { framework, version: version?.version ?? null };
}

/** The only one of the Python that is judged; of several none is meant. */
function installed(facts: Facts): Named | null {
  const [found, ...others] = installedFrameworks(facts);
  return found === undefined || others.length > 0
    ? null
    : { framework: found.one.framework, version: found.one.version };
}

function together(library: string | null, named: Named | null, facts: Facts | null): FixStep[] {
  const own = library === null ? '' : ` ${library}`;
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
    ...(named === null
      ? [
          byHand(
            'reinstall',
            `Install the framework anew (pip install --force-reinstall), so that it brings its own${own}`,
          ),
        ]
      : reinstalled(named, own, facts)),
    byHand(
      'without-ld-library-path',
      "A folder of a toolkit in LD_LIBRARY_PATH stands before pip's libraries: try without (env -u LD_LIBRARY_PATH before the program)",
      { alternativeTo: 'remove-the-others' },
    ),
  ];
}

/** Where neither GPU nor driver is known the same package again, unless its name says for which CUDA it is. */
function reinstalled({ framework, version }: Named, own: string, facts: Facts | null): FixStep[] {
  const isKnown = facts !== null && (capabilityOf(facts) !== null || driverVersion(facts) !== undefined);
  const requirement = buildsOf(framework)[0]?.requirement.replace(/[=<>~!].*$/, '') ?? framework;
  if (isKnown || /\d/.test(requirement)) return buildFor(framework, { version }, facts);
  return [
    command(
      'reinstall',
      `Install the framework anew, so that it brings its own${own}`,
      ['pip', 'install', '--force-reinstall', version === null ? requirement : `${requirement}==${version}`],
      { root: false },
    ),
  ];
}

/** Its packages hold the same files, each for another CUDA: those of the last one installed are there. */
const SEVERAL_CUPY: Heard = {
  severity: 'warning',
  confidence: 'certain',
  namesCause: true,
  summary: 'Several packages of CuPy, each for another CUDA, are installed over one another',
  fix: [
    script(
      'remove-cupy',
      'Uninstall all of them (one that conda installed: conda uninstall cupy)',
      "pip list --format=freeze | grep -i '^cupy' | cut -d= -f1 | xargs pip uninstall -y",
      { root: false },
    ),
    byHand(
      'one-cupy',
      'Install the one for the CUDA that the driver serves (its name ends in the major release; nvidia-smi shows which)',
    ),
  ],
};
