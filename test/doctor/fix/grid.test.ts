/**
 * Every remedy, over distributions, GPUs and drivers: each step is one command that can be typed as it stands, and none asks for what
 * the machine cannot take.
 */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { shellLine } from '../../../src/base/processes/shell-line.ts';
import { compareDottedVersions } from '../../../src/compat/dotted-version.ts';
import { DIAGNOSES } from '../../../src/doctor/registry.ts';
import type { FixStep } from '../../../src/doctor/types.ts';
import type { Facts, GpuFacts } from '../../../src/machine/facts.ts';
import { gpu, is, known, pkg, smi, toolkit } from '../../support/facts.ts';

const os = (id: string, version: string | null, idLike: readonly string[] = []): Facts['platform']['os'] =>
  is({ id, version, codename: null, prettyName: `${id} ${version ?? ''}`.trim(), idLike });

const SYSTEMS = [
  os('ubuntu', '18.04', ['debian']),
  os('ubuntu', '22.04', ['debian']),
  os('ubuntu', '24.04', ['debian']),
  os('linuxmint', '21.3', ['ubuntu', 'debian']),
  os('debian', '11'),
  os('debian', '12'),
  os('debian', '13'),
  os('fedora', '44'),
  os('rocky', '9.4', ['rhel', 'centos', 'fedora']),
  os('almalinux', '10.0', ['rhel', 'centos', 'fedora']),
  os('arch', null),
  os('opensuse-leap', '15.6', ['suse', 'opensuse']),
  os('opensuse-tumbleweed', '20261101', ['opensuse', 'suse']),
  os('void', null),
  null,
];

const kind = (
  computeCapability: string,
  first: string | null,
  last: string | null,
  open: GpuFacts['openKernelModule'],
) => gpu({ computeCapability, firstDriverBranch: first, lastDriverBranch: last, openKernelModule: open });

const GPUS = [
  null,
  kind('3.5', '319', '470', 'unsupported'),
  kind('6.1', '367', '580', 'unsupported'),
  gpu(),
  kind('8.6', '455', null, 'supported'),
  kind('12.0', '570', null, 'required'),
];

const DRIVERS = [null, '390.157', '470.256.02', '535.183.01', '580.95.05'];

function machine(
  system: (typeof SYSTEMS)[number],
  one: GpuFacts | null,
  driver: string | null,
  over: Partial<Facts['platform']> = {},
): Facts {
  return known({
    platform: { ...(system === null ? {} : { os: system }), ...over },
    ...(one === null ? {} : { gpus: is([one]) }),
    ...(driver === null
      ? {}
      : { kernelDriver: { moduleVersion: is(driver) }, nvidiaSmi: is(smi({ driverVersion: driver })) }),
  });
}

/** Every distribution with every GPU, and every driver with every GPU. */
const GRID = [
  ...SYSTEMS.flatMap((system, at) =>
    GPUS.map((one, other) => ({ one, system, driver: DRIVERS[(at + other) % DRIVERS.length]! })),
  ),
  ...DRIVERS.flatMap((driver) => GPUS.map((one) => ({ one, system: SYSTEMS[1]!, driver }))),
].map(({ one, system, driver }) => ({ one, facts: machine(system, one, driver) }));

const ELSEWHERE = {
  'a container': machine(SYSTEMS[1]!, gpu(), null, { container: is('docker') }),
  WSL: machine(SYSTEMS[1]!, gpu(), null, { wsl: is(2) }),
  'a Jetson': machine(SYSTEMS[1]!, null, null, { jetson: is('L4T 36.4.0') }),
};

/** Machines on which further steps come up: packages, toolkits, a kernel. */
const FURTHER = [
  null,
  ...Object.values(ELSEWHERE),
  known({
    platform: { os: SYSTEMS[1]!, kernel: is({ release: '6.8.0-45-generic', architecture: 'x86_64' }) },
    kernelDriver: { packages: is([pkg('nvidia-driver-535'), pkg('linux-modules-nvidia-535-generic')]) },
    toolkits: is([toolkit()]),
  }),
];

const typed = ({ argv, script }: FixStep): string => (argv === undefined ? script! : shellLine(argv));
const isByHand = ({ script }: FixStep): boolean => script?.startsWith('# ') === true;

/** What is outside quotes and command substitutions. */
function bare(line: string): string {
  let text = line.replace(/'[^']*'/g, '').replace(/"(?:[^"\\]|\\.)*"/g, '');
  while (/\$\([^()]*\)/.test(text)) text = text.replace(/\$\([^()]*\)/g, '');
  return text;
}

/** What is wrong with a step; null: it can be typed as it stands. */
function fault(step: FixStep): string | null {
  if ((step.argv === undefined) === (step.script === undefined)) return 'neither or both of argv and script';
  if (isByHand(step)) return step.script === `# ${step.title}` ? null : 'a title of its own';
  const line = typed(step);
  if (line.includes('\n')) return 'several lines';
  if (/(?:^|\s)#/.test(bare(line))) return 'a comment';
  if (/;|&&/.test(bare(line).replace(/^cd [\w./-]+ &&/, ''))) return 'several commands';
  if (
    /\b(?:NNN?|PROGRAM|PACKAGE|DISTRIBUTION|CONTAINER|VERSION|X\.Y|g(?:cc|\+\+)-N)\b|\.\.\.|<[\w-]+>/.test(
      line,
    )
  )
    return 'a placeholder';
  if (/undefined|null|NaN|\{\w+\}/.test(line.replace(/\$\{[^}]*\}|\/dev\/null/g, ''))) return 'a hole';
  return null;
}

/** What is wrong with the steps as a list. */
function disorder(steps: readonly FixStep[]): string | null {
  const ids = steps.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) return `two steps ${twice}`;
  const lost = steps.find(({ alternativeTo }) => alternativeTo !== null && !ids.includes(alternativeTo));
  if (lost !== undefined) return `${lost.id} is an alternative to ${lost.alternativeTo}, which is not there`;
  return steps[0] === undefined || steps[0].alternativeTo !== null ? 'no first step' : null;
}

/** Driver branches that a step names by package. */
const branchesIn = (line: string): string[] =>
  [
    ...line.matchAll(
      /\bnvidia-(?:driver|open)-(\d{3})|\bnvidia-(?:tesla|legacy)-(\d{3})(?:xx)?-driver|\bcuda-drivers-(\d{3})|\bakmod-nvidia-(\d{3})xx/g,
    ),
  ].map((match) => match.slice(1).find((branch) => branch !== undefined)!);

const DRIVER_PACKAGE =
  /\b(?:install|-S)\b.*\b(?:nvidia-driver|nvidia-open|cuda-drivers|akmod-nvidia|nvidia-tesla|nvidia-legacy)/;

/** By code: what each machine of the grid, and of those with further steps, is told. */
const ADVICE = new Map(
  DIAGNOSES.map((one) => [
    one.code,
    { further: FURTHER.map((facts) => one.remedy(facts)), grid: GRID.map(({ facts }) => one.remedy(facts)) },
  ]),
);
const ALL = [...ADVICE.values()].flatMap(({ further, grid }) => [...further, ...grid]);

describe('every remedy on every machine', () => {
  it.each([...ADVICE])('%s: has steps that can be typed', (_code, { further, grid }) => {
    const faults = new Set<string>();
    for (const steps of [...further, ...grid]) {
      const wrong = disorder(steps);
      if (wrong !== null) faults.add(wrong);
      for (const step of steps) {
        const found = fault(step);
        if (found !== null) faults.add(`${step.id}: ${found} in ${typed(step)}`);
      }
    }
    expect([...faults]).toEqual([]);
  });

  it('is shell where it is a script', () => {
    const scripts = new Set(
      ALL.flat()
        .filter((step) => step.script !== undefined && !isByHand(step))
        .map(({ script }) => script!),
    );
    const checked = spawnSync('sh', ['-n'], {
      input: [...scripts].join('\n'),
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(checked.stderr).toBe('');
    expect(scripts.size).toBeGreaterThan(50);
  });

  it('names no driver that the GPU does not take', () => {
    const wrong = new Set<string>();
    GRID.forEach(({ one }, at) => {
      const steps = one === null ? [] : [...ADVICE.values()].flatMap(({ grid }) => grid[at]!);
      for (const step of steps) {
        for (const branch of branchesIn(typed(step))) {
          const { firstDriverBranch: first, lastDriverBranch: last } = one!;
          const tooNew = last !== null && compareDottedVersions(branch, last) > 0;
          const tooOld = first !== null && compareDottedVersions(branch, first) < 0;
          if (tooNew || tooOld) wrong.add(`${typed(step)} for compute capability ${one!.computeCapability}`);
        }
      }
    });
    expect([...wrong]).toEqual([]);
  });

  it.each(Object.entries(ELSEWHERE))('installs no driver package in %s', (_where, facts) => {
    const lines = DIAGNOSES.flatMap((one) => one.remedy(facts)).map(typed);
    expect(lines.filter((line) => DRIVER_PACKAGE.test(line))).toEqual([]);
  });
});
