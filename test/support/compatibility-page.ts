/** docs/compatibility.md, made of the tables in src/compat/data. */
import { format } from 'prettier';
import { CUDA_RELEASES, newestPatchOf } from '../../src/compat/cuda-releases.ts';
import { cudnnForCuda } from '../../src/compat/cudnn.ts';
import driverBranches from '../../src/compat/data/driver-branches.json' with { type: 'json' };
import { distributionOf, DISTRIBUTIONS } from '../../src/compat/distributions.ts';
import { majorMinor } from '../../src/compat/dotted-version.ts';
import { minDriverForCuda, minorCompatDriverForCuda } from '../../src/compat/drivers.ts';
import { buildsOf, type FrameworkBuild, type FrameworkName } from '../../src/compat/frameworks.ts';
import { gpuNamed } from '../../src/compat/gpu-name.ts';
import { allGpus } from '../../src/compat/gpus.ts';
import { knownCapabilities, toolkitsForCapability } from '../../src/compat/gpu-architectures.ts';
import { glibcLimitsOf } from '../../src/compat/glibc.ts';
import { hostCompilersForCuda } from '../../src/compat/host-compilers.ts';

export async function compatibilityPage(): Promise<string> {
  const page = `# What fits together

Made of the tables in \`src/compat/data\` by \`npm run docs:compatibility\`; every row there names where it was read. **A star (\\*) marks
what is remembered or inferred**: gpu-setup remarks on it and refuses nothing because of it. A dash: not known, or none.
\`gpu-setup plan\` asks the same tables for one machine.

<picture>
  <source media="(prefers-color-scheme: dark)" srcset="pictures/compatibility-dark.svg">
  <img alt="Which CUDA toolkit makes machine code for which GPU architecture, and the Linux driver that each toolkit asks for" src="pictures/compatibility-light.svg">
</picture>

## GPUs

The last driver branch is the newest that still serves the GPU. Machine code runs on the same major number and an equal or higher minor one; a later
major needs PTX, which is compiled at first start.

${table(['Compute capability', 'Architecture', 'For example', 'CUDA', 'Driver branches', 'Open kernel modules'], gpuRows())}

## CUDA toolkits

A newer driver serves every older toolkit. From CUDA 11 on an older driver of the same major will do ("minor version compatibility"), except
that it does not compile PTX of the newer toolkit. glibc: what its libraries load with, and what its headers no longer compile with. Libraries of CUDA 10 and older (cuBLAS, cuDNN) have no PTX: they do not run on GPUs
of a later major at all.

${table(['CUDA', 'Newest patch', 'Driver, whole', 'Driver, by minor version compatibility', 'gcc', 'Clang', 'glibc', 'Newest cuDNN'], toolkitRows())}

## Driver branches

${table(['Branch', 'Newest CUDA', 'Kind', 'Served until', 'Newest release'], branchRows())}

## PyTorch

Pip wheels for Linux on x86-64, the newest patch of each release. The wheels bring their CUDA libraries: only the driver is the machine's. Bold: the build
that PyPI has; the others are at \`https://download.pytorch.org/whl/<tag>\`.

${table(['torch', 'Python', 'Builds, with the GPUs that they have code for'], torchRows())}

## TensorFlow

${table(['tensorflow', 'CUDA', 'cuDNN', 'Python', 'Machine code', 'PTX'], tensorflowRows())}

## JAX, onnxruntime, TensorRT and others

${table(['Package', 'Release', 'CUDA', 'cuDNN', 'Python', 'GPUs from'], otherRows())}

## Distributions

${table(['Distribution', 'glibc', 'gcc', 'Packaged gcc', 'Python', 'Supported until'], distributionRows())}
`;
  return format(page, { parser: 'markdown', printWidth: 110 });
}

const star = (value: string, isSure: boolean): string => (isSure || value === '-' ? value : `${value}\\*`);
const orDash = (value: string | null | undefined): string => value ?? '-';

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}

function gpuRows(): string[][] {
  return knownCapabilities().flatMap((capability) => {
    const gpus = allGpus().filter(({ computeCapability }) => computeCapability === capability);
    if (gpus.length === 0) return [];
    const { first, last } = toolkitsForCapability(capability);
    const named = gpuNamed(capability)!;
    const firsts = [...new Set(gpus.map(({ firstDriverBranch }) => firstDriverBranch))].filter(
      (one) => one !== null,
    );
    const oldest = firsts.sort((a, b) => Number(a) - Number(b))[0];
    return [
      [
        capability,
        orDash(named.architecture),
        examplesOf(capability),
        // The table of toolkits begins with CUDA 8.0: of an older architecture it has the last one.
        `${first === CUDA_RELEASES[0] ? '' : `${orDash(first)} `}${last === null ? 'and later' : `to ${last}`}`,
        `${star(orDash(oldest), false)} ${named.lastDriverBranch === null ? 'and later' : `to ${named.lastDriverBranch}`}`,
        [...new Set(gpus.map(({ openKernelModule }) => openKernelModule))].join(' or '),
      ],
    ];
  });
}

/** GPUs that most people know; where each belongs the table says. */
const KNOWN = (
  'GTX 680, GTX 780, K80, GTX 750 Ti, GTX 980, M40, P100, GTX 1080 Ti, P40, V100, TITAN V, GTX 1660 Ti, RTX 2080 Ti, T4, A100, RTX 3090, ' +
  'A10, RTX 4090, L40S, H100, GH200, B200, GB200, B300, GB300, Jetson AGX Thor, RTX 5090, RTX PRO 6000, GB10'
).split(', ');

const examplesOf = (capability: string): string =>
  KNOWN.filter((name) => gpuNamed(name)?.computeCapability === capability).join(', ');

function toolkitRows(): string[][] {
  return [...CUDA_RELEASES].reverse().map((cuda) => {
    const host = hostCompilersForCuda(cuda)!;
    const sure = (field: string): boolean => !host.recalled.includes(field);
    return [
      cuda,
      orDash(newestPatchOf(cuda)),
      orDash(minDriverForCuda(cuda)),
      orDash(minorCompatDriverForCuda(cuda)),
      `${star(String(host.gccMin), sure('gccMin'))} to ${host.gccMax}`,
      `${host.clangMin} to ${star(String(host.clangMax), sure('clangMax'))}`,
      glibcOf(cuda),
      orDash(cudnnForCuda(cuda)[0]?.cudnn),
    ];
  });
}

/** "2.27 and later, before 2.42": what its libraries want, what its headers do not compile with. */
function glibcOf(cuda: string): string {
  const limits = glibcLimitsOf(cuda);
  const said = (purpose: string, words: (glibc: string) => string): string[] =>
    limits
      .filter((one) => one.purpose === purpose)
      .slice(0, 1)
      .map(({ glibc, confidence }) => star(words(glibc), confidence === 'seen'));
  const all = [
    ...said('run', (glibc) => `${glibc} and later`),
    ...said('build', (glibc) => `before ${glibc}`),
  ];
  return all.join(', ') || '-';
}

function branchRows(): string[][] {
  return [...driverBranches.branches].reverse().map((row) => {
    const mark = (field: string, value: string | null): string =>
      star(orDash(value), !(row.recalled as readonly string[]).includes(field));
    return [
      row.branch,
      mark('maxCuda', row.maxCuda),
      mark('kind', row.kind),
      mark('endOfLife', row.endOfLife),
      mark('lastRelease', row.lastRelease),
    ];
  });
}

/** "5.0 to 9.0" */
function reach({ machine, recalled }: FrameworkBuild): string {
  if (machine === null || machine.length === 0) return '';
  return ` (${star(`${machine[0]!} to ${machine.at(-1)!}`, !recalled.includes('machine'))})`;
}

function newestOfLines(framework: FrameworkName): Map<string, FrameworkBuild[]> {
  const lines = new Map<string, FrameworkBuild[]>();
  for (const build of buildsOf(framework)) {
    const line = majorMinor(build.version) ?? build.version;
    const known = lines.get(line);
    if (known === undefined) lines.set(line, [build]);
    else if (known[0]!.version === build.version) known.push(build);
  }
  return lines;
}

function torchRows(): string[][] {
  return [...newestOfLines('torch').values()].map((builds) => [
    builds[0]!.version,
    python(builds[0]!),
    builds.map((build) => `${build.onPyPI ? `**${build.build!}**` : build.build!}${reach(build)}`).join(', '),
  ]);
}

/** ">=3.10,<3.15" as people say it: 3.10 to 3.14, with what lies before in front. */
function python({ python: specifier, recalled }: FrameworkBuild): string {
  if (specifier === null) return '-';
  const [, from] = />=([\d.]+)/.exec(specifier)!;
  const before = /<(\d+)\.(\d+)$/.exec(specifier);
  const gaps = [...specifier.matchAll(/!=(\d+)\.(\d+)\.\*/g)];
  const to = before === null ? null : `${before[1]!}.${Number(before[2]) - 1}`;
  const sure = !recalled.includes('python');
  if (to === null) return star(`${from!} and later`, sure);
  if (gaps.length === 0) return star(`${from!} to ${to}`, sure);
  const [, major, minor] = gaps.at(-1)!;
  return star(`${from!}, ${major!}.${Number(minor) + 1} to ${to}`, sure);
}

function tensorflowRows(): string[][] {
  return buildsOf('tensorflow').map((build) => [
    build.version,
    orDash(build.cuda),
    orDash(build.cudnn),
    python(build),
    star(orDash(build.machine?.join(' ')), !build.recalled.includes('machine')),
    star(orDash(build.ptx?.join(' ')), !build.recalled.includes('ptx')),
  ]);
}

/** One row for neighbours that differ in nothing but their version. */
function otherRows(): string[][] {
  const rows: { cells: string[]; versions: string[] }[] = [];
  for (const framework of ['jax', 'onnxruntime', 'tensorrt', 'bitsandbytes', 'flash-attn', 'vllm'] as const) {
    const builds = [...buildsOf(framework)].sort((a, b) =>
      (b.build ?? '').localeCompare(a.build ?? '', 'en'),
    );
    for (const build of builds) {
      const cuda = build.cuda === build.cudaTo ? orDash(build.cuda) : `${build.cuda!} to ${build.cudaTo!}`;
      const sure = build.confidence === 'seen' && !build.recalled.includes('cuda');
      const cells = [
        build.package + (build.build !== null && framework === 'jax' ? `[${build.build}]` : ''),
        star(cuda, sure),
        orDash(build.cudnn),
        python(build),
        orDash(build.minComputeCapability ?? build.machine?.[0]),
      ];
      const last = rows.at(-1);
      if (last?.cells.join() === cells.join()) last.versions.push(build.version);
      else rows.push({ cells, versions: [build.version] });
    }
  }
  return rows.map(({ cells: [name, ...rest], versions }) => [
    name!,
    versions.length === 1 ? versions[0]! : `${versions.at(-1)!} to ${versions[0]!}`,
    ...rest,
  ]);
}

function distributionRows(): string[][] {
  return DISTRIBUTIONS.map(({ id, version }) => {
    const row = distributionOf(id, version)!;
    const sure = (field: string): boolean => !(row.recalled as readonly string[]).includes(field);
    return [
      `${row.id} ${row.version} (${orDash(row.codename)})`,
      row.glibc,
      star(row.gccDefault, sure('gccDefault')),
      row.gccListed ? star(row.gccPackaged.join(', '), sure('gccPackaged')) : '-',
      star(row.python, sure('python')),
      orDash(row.endOfSupport),
    ];
  });
}
