/**
 * The diagnoses that are complete from facts. For each: a machine that shows it, a neighbour that looks alike and must
 * not, and one where the evidence is missing: unknown is neither fine nor wrong.
 */
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/doctor/diagnose.ts';
import type { Question, ReportedDiagnosis } from '../../src/doctor/types.ts';
import type { Facts } from '../../src/machine/facts.ts';
import {
  BUILD,
  debian,
  FRESH,
  gpu,
  gxx,
  hidden,
  is,
  known,
  laptop,
  node,
  nodes,
  none,
  type Over,
  pkg,
  prefix,
  RUN,
  smi,
  toolkit,
  transcript,
  ubuntu,
} from '../support/facts.ts';

interface Fixture {
  code: string;
  question?: Question;
  shows: Facts;
  neighbour: Facts;
  missing: Facts;
}

const UNLOADED: Over = {
  gpus: is([gpu({ kernelDriver: is<string | null>(null) })]),
  nodes: none(),
  nvidiaSmi: is(smi({ outcome: 'no-driver', driverVersion: null, cudaVersion: null })),
};
const driver = (over: Partial<Facts['kernelDriver']>): Facts['kernelDriver'] => ({
  ...laptop().kernelDriver,
  ...over,
});
const notLoaded = (over: Partial<Facts['kernelDriver']> = {}): Facts['kernelDriver'] =>
  driver({ modules: is(['i915']), moduleVersion: none(), moduleFlavour: none(), ...over });
const platform = (over: Partial<Facts['platform']>): Facts['platform'] => ({ ...laptop().platform, ...over });
const DOCKER = platform({ container: is('docker'), os: ubuntu('22.04') });
const NO_LIBRARIES: Facts['driverLibraries'] = {
  libcuda: none(),
  libcudaLoaded: none(),
  libnvidiaMl: none(),
  version: none(),
};
const root = (freeBytes: number, freeInodes: number | null = 1e6): Over => ({
  disks: [{ path: '/', purpose: 'root', space: is({ freeBytes, freeInodes }) }],
});
const REPOSITORY = {
  file: '/etc/apt/sources.list.d/cuda.list',
  line: 1,
  uri: 'https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2004/x86_64/',
  suite: '/',
  signedBy: null,
  trusted: false,
  enabled: true,
};
const MIB = 1 << 20;
const FOR_CUDA9: Question = {
  purpose: 'run',
  needs: { recipe: 'cuda9', install: 'cuda9', cuda: '9.0', cudnn: '7.0', compiler: true },
};

const FIXTURES: readonly Fixture[] = [
  {
    code: 'no-nvidia-gpu',
    shows: laptop({ ...FRESH, gpus: none('/sys/bus/pci/devices') }),
    // WSL's GPU is no PCI device of NVIDIA's.
    neighbour: laptop({
      gpus: none(),
      platform: platform({ wsl: is(2) }),
      kernelDriver: notLoaded(),
      nodes: none(),
    }),
    missing: laptop({ ...FRESH, gpus: hidden() }),
  },
  {
    code: 'driver-not-installed',
    shows: laptop(FRESH),
    // Installed, and merely not loaded.
    neighbour: laptop({ ...UNLOADED, kernelDriver: notLoaded() }),
    missing: known({ gpus: is([gpu({ kernelDriver: hidden() })]) }),
  },
  {
    code: 'nouveau-in-use',
    shows: laptop({
      ...UNLOADED,
      gpus: is([gpu({ kernelDriver: is<string | null>('nouveau') })]),
      kernelDriver: notLoaded({ modules: is(['nouveau']) }),
    }),
    // nouveau drives another maker's... nothing: it is loaded beside a working driver.
    neighbour: laptop({ kernelDriver: driver({ modules: is(['nvidia', 'nouveau']) }) }),
    missing: known({ gpus: is([gpu({ kernelDriver: hidden() })]) }),
  },
  {
    code: 'module-not-built-for-kernel',
    shows: laptop({ ...UNLOADED, kernelDriver: notLoaded({ moduleBuiltFor: is(['5.4.0-148-generic']) }) }),
    // The file is missing for the running kernel, yet the module runs.
    neighbour: laptop({ kernelDriver: driver({ moduleBuiltFor: is(['5.4.0-148-generic']) }) }),
    missing: laptop({
      ...UNLOADED,
      platform: platform({ kernel: hidden() }),
      kernelDriver: notLoaded({ moduleBuiltFor: is(['5.4.0-148-generic']) }),
    }),
  },
  {
    code: 'secure-boot-blocks-module',
    shows: laptop({ ...UNLOADED, platform: platform({ secureBoot: is(true) }), kernelDriver: notLoaded() }),
    // Ubuntu's own signed module: Secure Boot takes it.
    neighbour: laptop({
      ...UNLOADED,
      platform: platform({ secureBoot: is(true) }),
      kernelDriver: notLoaded({
        packages: is([pkg('nvidia-driver-470'), pkg('linux-modules-nvidia-470-generic')]),
      }),
    }),
    missing: laptop({ ...UNLOADED, platform: platform({ secureBoot: hidden() }), kernelDriver: notLoaded() }),
  },
  {
    code: 'module-not-loaded',
    shows: laptop({ ...UNLOADED, kernelDriver: notLoaded() }),
    // Secure Boot says more than "not loaded".
    neighbour: laptop({
      ...UNLOADED,
      platform: platform({ secureBoot: is(true) }),
      kernelDriver: notLoaded(),
    }),
    missing: laptop({ ...UNLOADED, kernelDriver: notLoaded({ moduleVersion: hidden(), modules: hidden() }) }),
  },
  {
    code: 'driver-library-mismatch',
    shows: laptop({
      kernelDriver: driver({ moduleVersion: is('470.239.06') }),
      nvidiaSmi: is(smi({ outcome: 'mismatch', driverVersion: null, cudaVersion: null })),
    }),
    // Leading zeros mean nothing.
    neighbour: laptop({ kernelDriver: driver({ moduleVersion: is('470.256.2') }), nvidiaSmi: hidden() }),
    missing: laptop({ kernelDriver: driver({ moduleVersion: hidden() }), nvidiaSmi: hidden() }),
  },
  {
    code: 'driver-too-old-for-cuda',
    shows: laptop({ toolkits: is([toolkit({ version: '12.2.140' })]) }),
    // 450.80.02 and later serve CUDA 11.8 by minor version compatibility.
    neighbour: laptop({ toolkits: is([toolkit({ version: '11.8.89' })]) }),
    missing: laptop({ toolkits: is([toolkit({ version: null })]) }),
  },
  {
    code: 'device-nodes-missing',
    shows: laptop({ nodes: none(), nvidiaSmi: hidden() }),
    // Made on first use: nvidia-smi has just opened them.
    neighbour: laptop({ nodes: none() }),
    missing: laptop({ nodes: hidden(), nvidiaSmi: hidden() }),
  },
  {
    code: 'device-permission-denied',
    shows: laptop({
      nodes: is(
        ['/dev/nvidia0', '/dev/nvidiactl'].map((path) =>
          node(path, { mode: 0o660, gid: 44, accessible: false }),
        ),
      ),
    }),
    // Only the modeset node is closed, which CUDA does not need.
    neighbour: laptop({
      nodes: is([
        ...nodes('/dev/nvidia0', '/dev/nvidiactl').value,
        node('/dev/nvidia-modeset', { mode: 0o600, accessible: false }),
      ]),
    }),
    missing: laptop({ nodes: is([node('/dev/nvidia0', { accessible: null })]) }),
  },
  {
    code: 'libcuda-missing',
    shows: laptop({
      driverLibraries: NO_LIBRARIES,
      nvidiaSmi: is(smi({ cudaVersion: null, cudaVersionNotAvailable: true })),
    }),
    // Old tools print no CUDA version at all.
    neighbour: laptop({ nvidiaSmi: is(smi({ cudaVersion: null })) }),
    missing: laptop({
      driverLibraries: {
        libcuda: hidden(),
        libcudaLoaded: hidden(),
        libnvidiaMl: hidden(),
        version: hidden(),
      },
      nvidiaSmi: hidden(),
    }),
  },
  {
    code: 'container-no-gpu',
    shows: laptop({ platform: DOCKER, nodes: none(), driverLibraries: NO_LIBRARIES, nvidiaSmi: none() }),
    neighbour: laptop({ platform: DOCKER }),
    missing: laptop({
      platform: platform({ container: hidden() }),
      nodes: hidden(),
      driverLibraries: NO_LIBRARIES,
      nvidiaSmi: none(),
    }),
  },
  {
    code: 'toolkit-missing',
    question: BUILD,
    shows: laptop({ toolkits: none() }),
    neighbour: laptop(),
    missing: laptop({ toolkits: hidden() }),
  },
  {
    code: 'nvcc-not-on-path',
    question: BUILD,
    shows: laptop({ toolkits: is([toolkit({ inUse: ['symlink'] })]) }),
    // Prefixes are entered by `run`.
    neighbour: laptop(),
    missing: laptop({ toolkits: is([toolkit({ inUse: [] })]), nvcc: hidden() }),
  },
  {
    code: 'cudnn-missing',
    question: FOR_CUDA9,
    shows: laptop({ cudnn: none() }),
    neighbour: laptop(),
    missing: laptop({ cudnn: hidden() }),
  },
  {
    code: 'host-compiler-too-new',
    question: BUILD,
    shows: laptop({
      toolkits: is([toolkit({ maxGcc: 8 })]),
      nvcc: is({ path: '/usr/local/cuda/bin/nvcc', realPath: '/x', version: '10.2' }),
      compilers: is([gxx('9.4.0')]),
    }),
    // A prefix' nvcc finds g++-6 by itself.
    neighbour: laptop({ toolkits: is([prefix('cuda9', '9.0.176', 6)]) }),
    missing: laptop({ toolkits: is([toolkit({ maxGcc: 8 })]), compilers: hidden() }),
  },
  {
    code: 'apt-key-missing',
    shows: laptop({ apt: { nvidiaSources: is([REPOSITORY]), nvidiaKeys: is(['F60F4B3D7FA2AF80']) } }),
    neighbour: laptop({
      apt: { nvidiaSources: is([REPOSITORY]), nvidiaKeys: is(['EB693B3035CD5710E231E123A4B469963BF863CC']) },
    }),
    missing: laptop({ apt: { nvidiaSources: is([REPOSITORY]), nvidiaKeys: hidden() } }),
  },
  {
    code: 'disk-full',
    shows: laptop(root(3 * MIB)),
    neighbour: laptop(root(5000 * MIB)),
    missing: laptop({ disks: [{ path: '/', purpose: 'root', space: hidden() }] }),
  },
];

const found = (facts: Facts, { code, question }: Fixture): ReportedDiagnosis | undefined =>
  diagnose(facts, question ?? RUN, 'test').diagnoses.find((one) => one.code === code);

describe('diagnoses from facts', () => {
  it.each(FIXTURES.map((one) => [one.code, one] as const))(
    '%s: shown, with evidence and steps',
    (code, fixture) => {
      const one = found(fixture.shows, fixture);
      expect(one?.severity).toBe(code === 'apt-key-missing' ? 'warning' : 'error');
      expect(one!.evidence.length).toBeGreaterThan(0);
      expect(one!.fix.length).toBeGreaterThan(0);
    },
  );

  it.each(FIXTURES.map((one) => [one.code, one] as const))('%s: not in a neighbour', (_code, fixture) => {
    expect(found(fixture.neighbour, fixture)).toBeUndefined();
  });

  it.each(FIXTURES.map((one) => [one.code, one] as const))(
    '%s: no error where the evidence is missing',
    (_code, fixture) => {
      expect(found(fixture.missing, fixture)?.severity).not.toBe('error');
    },
  );
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
    const facts = laptop({ ...UNLOADED, ...root(0), kernelDriver: notLoaded({ moduleBuiltFor: none() }) });
    expect(
      diagnose(facts, RUN, 'test')
        .diagnoses.map(({ code }) => code)
        .slice(0, 2),
    ).toEqual(['disk-full', 'module-not-built-for-kernel']);
  });

  it('no inodes left is full, whatever the bytes say', () => {
    expect(first(laptop(root(5000 * MIB, 0))).summary).toContain('inodes');
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
      driverLibraries: NO_LIBRARIES,
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
      kernelDriver: driver({ moduleVersion: is('535.183.01') }),
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
    expect(steps(first(FIXTURES.find(({ code }) => code === 'apt-key-missing')!.shows))).toContain(
      'repos/ubuntu2004/x86_64/cuda-keyring',
    );
  });
});
