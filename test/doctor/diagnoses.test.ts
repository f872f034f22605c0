/**
 * The diagnoses that judge facts. For each: a machine that shows it, a neighbour that looks alike and must not, and one
 * where the evidence is missing: unknown is neither fine nor wrong.
 */
import { describe, expect, it } from 'vitest';
import fixtures from 'modules:test/doctor/fixtures:fixtures';
import { diagnose } from '../../src/doctor/diagnose.ts';
import type { ReportedDiagnosis } from '../../src/doctor/types.ts';
import type { Facts } from '../../src/machine/facts.ts';
import {
  FOR_CUDA9,
  MIB,
  kernelDriver,
  platform,
  notLoaded,
  DOCKER,
  NO_DRIVER_LIBRARIES,
  freeOnRoot,
  UNLOADED,
} from '../support/broken-laptops.ts';
import {
  BUILD,
  debian,
  FRESH,
  gpu,
  is,
  known,
  hidden,
  laptop,
  node,
  nodes,
  none,
  type Over,
  pkg,
  RUN,
  smi,
  transcript,
  ubuntu,
} from '../support/facts.ts';
import type { MachineFixtures } from './fixture-kinds.ts';

const MACHINES = Object.entries(fixtures).flatMap(([path, { machine }]) =>
  machine ? [[path.split('/')[1]!, machine] as const] : [],
);

const found = (facts: Facts, code: string, { question }: MachineFixtures): ReportedDiagnosis | undefined =>
  diagnose(facts, question ?? RUN, 'test').diagnoses.find((one) => one.code === code);

describe('diagnoses from facts', () => {
  it.each(MACHINES)('%s: shown, with evidence and steps', (code, fixture) => {
    const one = found(fixture.shows, code, fixture);
    expect(one?.severity).toBe(fixture.severity ?? 'error');
    expect(one!.evidence.length).toBeGreaterThan(0);
    expect(one!.fix.length).toBeGreaterThan(0);
  });

  it.each(MACHINES)('%s: not in a neighbour', (code, fixture) => {
    expect(found(fixture.neighbour, code, fixture)).toBeUndefined();
  });

  it.each(MACHINES)('%s: no error where the evidence is missing', (code, fixture) => {
    expect(found(fixture.missing, code, fixture)?.severity).not.toBe('error');
  });
});

const first = (facts: Facts, question = RUN): ReportedDiagnosis =>
  diagnose(facts, question, 'test').diagnoses[0]!;
const steps = (one: ReportedDiagnosis): string => JSON.stringify(one.fix);

describe('the reference laptop', () => {
  it('with both toolkits in prefixes is healthy: side by side is the normal case', () => {
    const result = diagnose(laptop(), RUN, 'laptop');
    expect(result.diagnoses).toEqual([]);
    expect(result.verdict).toBe('ok');
    expect(result.outlook.maxCuda).toBe('11.4');
  });

  it('is ready for each recipe, and to build', () => {
    expect(diagnose(laptop(), FOR_CUDA9, 'laptop').diagnoses).toEqual([]);
    expect(diagnose(laptop(), BUILD, 'laptop').verdict).toBe('ok');
  });
});

describe('what tells causes apart', () => {
  it('prime-select intel: the switched-off module is the root, nouveau its consequence', () => {
    const facts = laptop({
      ...UNLOADED,
      gpus: is([gpu({ kernelDriver: is<string | null>('nouveau') })]),
      kernelDriver: notLoaded({
        modules: is(['nouveau']),
        blacklisted: { nouveau: is(false), nvidia: is(true) },
      }),
    });
    const { diagnoses } = diagnose(facts, RUN, 'test');
    expect(diagnoses[0]!.code).toBe('module-not-loaded');
    expect(diagnoses[0]!.causes).toContain('nouveau-in-use');
    expect(steps(diagnoses[0]!)).toContain('prime-select');
  });

  it('a full disk is the root of a module that is not built', () => {
    const facts = laptop({
      ...UNLOADED,
      ...freeOnRoot(0),
      kernelDriver: notLoaded({ moduleBuiltFor: none() }),
    });
    expect(
      diagnose(facts, RUN, 'test')
        .diagnoses.map(({ code }) => code)
        .slice(0, 2),
    ).toEqual(['disk-full', 'module-not-built-for-kernel']);
  });

  it('no inodes left is full, whatever the bytes say', () => {
    expect(first(laptop(freeOnRoot(5000 * MIB, 0))).summary).toContain('inodes');
  });

  it('a second GPU on nouveau beside a working one is no error', () => {
    const two = is([gpu(), gpu({ busId: '02:00.0', kernelDriver: is<string | null>('nouveau') })]);
    expect(first(laptop({ gpus: two }))).toMatchObject({
      code: 'nouveau-in-use',
      severity: 'warning',
      subject: 'gpu:02:00.0',
    });
  });

  it('a container on a machine whose complete PCI list has no NVIDIA has no GPU', () => {
    const facts = laptop({
      platform: DOCKER,
      gpus: none(),
      kernelDriver: notLoaded(),
      nodes: none(),
      driverLibraries: NO_DRIVER_LIBRARIES,
      nvidiaSmi: none(),
    });
    const result = diagnose(facts, RUN, 'test');
    expect(result.diagnoses.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toEqual([
      'no-nvidia-gpu',
    ]);
  });

  it('removed packages (rc) are not installed ones', () => {
    const facts = laptop({
      ...FRESH,
      kernelDriver: {
        ...laptop(FRESH).kernelDriver,
        packages: is([pkg('nvidia-driver-470', '470', 'config-files')]),
      },
    });
    expect(first(facts).code).toBe('driver-not-installed');
  });

  it('a Windows driver of another number is no mismatch', () => {
    const facts = laptop({
      platform: platform({ wsl: is(2) }),
      kernelDriver: notLoaded({ packages: none() }),
      nvidiaSmi: is(smi({ driverVersion: '531.18' })),
    });
    expect(diagnose(facts, RUN, 'test').diagnoses.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('a GPU driver branch that is in no use by the GPU is named: Kepler under 535', () => {
    const kepler = gpu({
      name: 'GeForce GTX 780',
      pciId: '10de:1004',
      firstDriverBranch: '319',
      lastDriverBranch: '470',
    });
    const facts = laptop({
      gpus: is([kepler]),
      kernelDriver: kernelDriver({ moduleVersion: is('535.183.01') }),
      nvidiaSmi: is(smi({ outcome: 'no-devices' })),
    });
    expect(diagnose(facts, RUN, 'test').diagnoses.map(({ code }) => code)).toContain(
      'gpu-unsupported-by-driver',
    );
  });

  it('docker run without a GPU option explains what the program inside misses', () => {
    const facts = known({
      transcripts: [
        transcript(
          ['docker', 'run', '--rm', 'image'],
          '',
          'error: libcuda.so.1: cannot open shared object file',
        ),
      ],
    });
    expect(first(facts)).toMatchObject({ code: 'container-no-gpu', causes: ['libcuda-missing'] });
  });

  it('with --gpus all the missing library is the finding', () => {
    const facts = known({
      transcripts: [
        transcript(
          ['docker', 'run', '--gpus', 'all', 'image'],
          '',
          'error: libcuda.so.1: cannot open shared object file',
        ),
      ],
    });
    expect(first(facts).code).toBe('libcuda-missing');
  });
});

describe('a Jetson', () => {
  const jetson = (over: Over): Facts =>
    laptop({
      kernelDriver: kernelDriver({ packages: none() }),
      ...over,
      platform: platform({ jetson: is<string | null>('L4T 32.5.0') }),
      gpus: hidden(),
    });
  const errors = (facts: Facts): string[] =>
    diagnose(facts, RUN, 'test').diagnoses.flatMap(({ code, severity }) =>
      severity === 'error' ? [code] : [],
    );

  it('is told nothing of a driver that is installed by itself: its own is part of L4T', () => {
    const facts = jetson({
      kernelDriver: notLoaded({ packages: none(), moduleBuiltFor: none() }),
      nodes: nodes('/dev/nvmap', '/dev/nvhost-gpu'),
      nvidiaSmi: none(),
      transcripts: [transcript(['nvidia-smi'], '', 'bash: nvidia-smi: command not found')],
    });
    const { checks, outlook, verdict } = diagnose(facts, RUN, 'test');
    expect(errors(facts)).toEqual([]);
    expect(verdict).toBe('ok');
    expect(checks.find(({ id }) => id === 'kernel-module')).toMatchObject({ status: 'not-applicable' });
    expect(outlook.sentence).toContain('L4T');
  });

  it('may keep its device file from the caller all the same', () => {
    const closed = is(
      ['/dev/nvmap', '/dev/nvhost-gpu'].map((path) =>
        node(path, { mode: 0o660, gid: 44, accessible: false }),
      ),
    );
    const facts = jetson({ nodes: closed, nvidiaSmi: none() });
    expect(first(facts)).toMatchObject({ code: 'device-permission-denied', severity: 'error' });
    expect(steps(first(facts))).toContain('usermod -aG');
    expect(steps(first(facts))).not.toContain('/dev/nvidia*');
  });
});

describe('steps by distribution', () => {
  const fresh = (os: Facts['platform']['os']): ReportedDiagnosis =>
    first(laptop({ ...FRESH, platform: platform({ os }) }));

  it('Ubuntu 18.04 knows autoinstall only, later ones install', () => {
    expect(steps(fresh(ubuntu('18.04')))).toContain('["ubuntu-drivers","autoinstall"]');
    expect(steps(fresh(ubuntu('22.04')))).toContain('["ubuntu-drivers","install"]');
  });

  it('names a branch that the release has and the GPU takes', () => {
    const kepler = is([
      gpu({ firstDriverBranch: '319', lastDriverBranch: '470', kernelDriver: is<string | null>('nouveau') }),
    ]);
    expect(
      steps(first(laptop({ ...FRESH, platform: platform({ os: ubuntu('22.04') }), gpus: kepler }))),
    ).toContain('nvidia-driver-470');
  });

  it('Blackwell gets the open flavour', () => {
    const blackwell = is([
      gpu({
        firstDriverBranch: '570',
        openKernelModule: 'required',
        kernelDriver: is<string | null>('nouveau'),
      }),
    ]);
    expect(
      steps(first(laptop({ ...FRESH, platform: platform({ os: ubuntu('24.04') }), gpus: blackwell }))),
    ).toMatch(/nvidia-driver-\d+-open/);
  });

  it('Debian needs non-free, from 12 on non-free-firmware too', () => {
    expect(steps(fresh(debian('11')))).toContain('contrib non-free\\"');
    expect(steps(fresh(debian('12')))).toContain('non-free-firmware');
  });

  it('the apt key comes from the folder of the entry', () => {
    expect(steps(first(fixtures['apt/apt-key-missing']!.machine!.shows))).toContain(
      'repos/ubuntu2004/x86_64/cuda-keyring',
    );
  });
});
