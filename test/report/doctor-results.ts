/** Results as the doctor gives them, for tests of the renderers. */
import { reportedStep } from '../../src/doctor/fix/typed.ts';
import type { Check, DoctorReport, FixStep, ReportedDiagnosis } from '../../src/doctor/types.ts';

export const step = (id: string, more: Partial<FixStep> = {}): FixStep => ({
  id,
  title: `Do ${id}`,
  argv: ['apt-get', 'install', id],
  needsRoot: true,
  needsReboot: false,
  alternativeTo: null,
  ...more,
});

type Given = Partial<Omit<ReportedDiagnosis, 'fix'> & { fix: readonly FixStep[] }>;

export const diagnosis = (code: string, { fix = [step('one')], ...more }: Given = {}): ReportedDiagnosis => ({
  code,
  layer: 'kernel-driver',
  subject: 'machine',
  severity: 'error',
  confidence: 'certain',
  title: `Title of ${code}`,
  summary: `Summary of ${code}.`,
  evidence: [{ from: 'file: /proc/modules', excerpt: 'nouveau 1949696 1 - Live 0x0' }],
  fix: fix.map(reportedStep),
  next: [],
  causes: [],
  explain: `gpu-setup explain ${code}`,
  ...more,
});

/** A check of each layer. */
const CHECK_OF: Readonly<Record<Check['layer'], Check['id']>> = {
  platform: 'os',
  hardware: 'gpu',
  'kernel-driver': 'kernel-module',
  device: 'device-nodes',
  'driver-library': 'libcuda',
  container: 'container-gpu',
  toolkit: 'toolkit',
  cudnn: 'cudnn',
  compiler: 'host-compiler',
  framework: 'framework',
  apt: 'apt-nvidia-source',
};

export const check = (layer: Check['layer'], status: Check['status'], more: Partial<Check> = {}): Check => ({
  id: CHECK_OF[layer],
  layer,
  subject: 'machine',
  status,
  blockedBy: status === 'blocked' ? 'nouveau-in-use' : null,
  summary: `summary of ${layer}`,
  evidence: [],
  ...more,
});

export const result = (more: Partial<DoctorReport> = {}): DoctorReport => ({
  schema: 'gpu-setup/doctor@1',
  version: '1.2.3',
  at: '2026-01-02T03:04:05.678Z',
  label: null,
  verdict: 'ok',
  purpose: 'run',
  machine: 'this machine',
  diagnoses: [],
  checks: [check('platform', 'ok'), check('hardware', 'ok')],
  outlook: {
    maxCuda: '11.4',
    recommendedBranch: null,
    sentence: 'The driver 470.256.02 serves CUDA up to 11.4.',
  },
  facts: { os: null, gpus: [], driver: null, toolkits: [], cudnn: [], compilers: [] },
  ...more,
});

/** The largest report that is to be expected: a root cause with much to say, consequences, others, every layer. */
export const crowded = result({
  verdict: 'failed',
  diagnoses: [
    diagnosis('nouveau-in-use', {
      summary:
        'The nouveau driver holds the GPU (GeForce GTX 1660 Ti Mobile), so the NVIDIA driver cannot take it.',
      subject: 'gpu:01:00.0',
      causes: ['device-nodes-missing'],
      evidence: [1, 2, 3, 4, 5].map((n) => ({
        from: `file: /proc/${n}`,
        excerpt: `row ${n} ${'x '.repeat(80)}`,
      })),
      fix: [
        step('driver', { title: 'Install the driver' }),
        step('other', {
          title: 'Install it by hand',
          alternativeTo: 'driver',
          needsRoot: false,
          argv: ['sh', 'a b'],
        }),
        step('reboot', { title: 'Start again', argv: ['reboot'], needsReboot: true }),
      ],
    }),
    diagnosis('device-nodes-missing', { causes: ['libcuda-missing'], layer: 'device' }),
    diagnosis('libcuda-missing', { layer: 'driver-library' }),
    diagnosis('disk-full', { layer: 'platform', summary: 'The disk is full.' }),
    diagnosis('toolkit-missing', {
      severity: 'info',
      layer: 'toolkit',
      summary: 'No CUDA toolkit is installed.',
    }),
  ],
  checks: [
    check('platform', 'ok', { summary: 'Ubuntu 18.04.6 LTS, Linux 5.4.0-150-generic, x86_64' }),
    check('hardware', 'ok'),
    check('kernel-driver', 'error'),
    check('device', 'blocked'),
    check('driver-library', 'blocked'),
    check('container', 'not-applicable'),
    check('toolkit', 'warning'),
    check('cudnn', 'unknown'),
    check('compiler', 'ok'),
    check('apt', 'ok'),
  ],
});
