import { valueOf } from '../../../machine/answer.ts';
import type { Facts } from '../../../machine/facts.ts';
import { driverVersion, moduleLoaded } from '../../../machine/questions/driver.ts';
import { deviceAccess, gpuSeen } from '../../../machine/questions/gpu.ts';
import { inContainer, inWsl, onJetson } from '../../../machine/questions/platform.ts';
import { evidence } from '../../evidence.ts';
import { giveContainerItsGpu } from '../../fix/container.ts';
import { windowsDriver } from '../../fix/driver.ts';
import { installPart } from '../../fix/driver-parts.ts';
import { jetsonLibraries } from '../../fix/jetson.ts';
import { lendPart } from '../../fix/lent-libraries.ts';
import { driverForNixProgram, nixosDriver, onNixos } from '../../fix/nix.ts';
import { ask, byHand, command, inPlaceOf, script } from '../../fix/steps.ts';
import { kindOfLibrary } from '../../library-kind.ts';
import { flawed, replaceFlawed } from '../../library-flaw.ts';
import { hearing, type DiagnosisDefinition, type Finding, type FixStep } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import { saysWhyNotCompiled } from '../../witness/build-said.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['libcuda'],
  severity: 'error',
  title: "The driver's CUDA library libcuda.so.1 is not found",
  explainedBy: [{ code: 'no-nvidia-gpu' }],
  related: ['libcuda-stub-loaded', 'container-no-gpu', 'driver-not-installed', 'nvidia-utils-missing'],
  textSummary: 'libcuda.so.1, the part of the driver that every CUDA program loads, is not found',
  hears: hearing(['missing-library', 'error-code', 'trouble'], (one, all, facts) => {
    if (one.kind === 'trouble')
      return heardTrouble(one, {
        'cuda-version-not-available': { confidence: 'likely', namesCause: true },
        'driver-library-not-found': { confidence: 'certain', namesCause: true },
        'driver-library-not-reported': { confidence: 'likely' },
        'no-cuda-drivers': { confidence: 'possible', rank: 4 },
        ...(saysWhyNotCompiled(all)
          ? {}
          : {
              'launcher-not-compiled': {
                confidence: 'possible' as const,
                rank: 1,
                summary: 'The C part of a kernel is linked with libcuda, which may be what is not found',
              },
            }),
      });
    if (one.kind === 'error-code')
      return heardError(one, {
        'cuda 35': { confidence: 'possible', rank: 4 },
        'cudnn CUDNN_STATUS_RUNTIME_PREREQUISITE_MISSING': { confidence: 'possible', rank: 4 },
        'cuda 221': {
          confidence: 'likely',
          namesCause: true,
          summary: 'libnvidia-ptxjitcompiler.so.1, the part of the driver that compiles PTX, is not found',
        },
        'optix path': {
          confidence: 'likely',
          namesCause: true,
          summary:
            'libnvoptix.so.1, the part of the driver that traces rays, is not found, or is of another driver',
        },
        'cuda 303': { confidence: 'likely', namesCause: true, rank: -1 },
      });
    const { soname, by, flaw } = one;
    if (flaw !== undefined && kindOfLibrary(soname) === 'driver')
      return {
        confidence: 'certain',
        namesCause: true,
        rank: 4,
        summary: flawed(soname, flaw),
        fix: [replaceFlawed(soname, flaw), ...remedy(facts)],
      };
    if (by !== 'linker' && BESIDE_LIBCUDA.test(soname))
      return {
        confidence: 'likely',
        namesCause: true,
        summary: `${soname}, which comes with the driver's CUDA library, is not found`,
        // Programs look for every encoder that there may be, and go on without it.
        ...(OF_MEDIA.test(soname) && one.asker === null ? { severity: 'warning' as const } : {}),
        ...(OF_MEDIA.test(soname) ? { fix: [...inMedia(soname), ...remedy(facts)] } : {}),
      };
    if (!/^libcuda\.so(?:\.1)?$/.test(soname)) return null;
    if (by !== 'linker') {
      const ofNix = all.of('nix').length > 0 && !onNixos(facts);
      return { confidence: 'certain', namesCause: true, ...(ofNix ? { fix: driverForNixProgram() } : {}) };
    }
    return {
      confidence: 'likely',
      namesCause: true,
      summary:
        'The linker finds no libcuda: there is no driver here, and the stub of the toolkit is not on its path',
    };
  }),
  next: [ask('Does the loader know libcuda.so.1?', 'sh', '-c', 'ldconfig -p | grep libcuda.so')],
  refutedBy: (facts) =>
    facts.driverLibraries.libcudaLoaded.state === 'present' &&
    !facts.driverLibraries.libcudaLoaded.value.stub,
  judge(facts) {
    const { libcuda, libcudaLoaded } = facts.driverLibraries;
    const smi = valueOf(facts.nvidiaSmi);
    // nvidia-smi prints N/A for a stub too: then there is a library, and it is the wrong one.
    if (valueOf(libcudaLoaded)?.stub) return [];
    if (smi?.outcome === 'ok' && smi.cudaVersionNotAvailable) return [finding(facts, false)];
    if (smi?.cudaVersion != null || libcudaLoaded.state !== 'absent') return [];
    const isExpected = gpuSeen(facts) || moduleLoaded(facts) === true || deviceAccess(facts) === 'open';
    if (libcuda.state === 'unknown' || !isExpected) return [];
    return [finding(facts, libcuda.state === 'present' && libcuda.value.length > 0)];
  },
  remedy,
};

/** What distributions ship in one package with libcuda, as the driver's installer puts it beside it. */
const BESIDE_LIBCUDA = /^lib(?:nvidia-(?:ml|ptxjitcompiler|nvvm|encode|opticalflow)|nvcuvid|nvoptix)\.so/;

/** Of those what a container gets only where it was asked for video or graphics. */
const OF_MEDIA = /^lib(?:nvidia-(?:encode|opticalflow)|nvcuvid|nvoptix)\.so/;

/** @param there whether the file is on disk, only not where the loader looks */
function finding(facts: Facts, there: boolean): Finding {
  const { libcuda, libcudaLoaded } = facts.driverLibraries;
  const driver = driverVersion(facts);
  return {
    subject: 'machine',
    severity: 'error',
    confidence: libcudaLoaded.state === 'absent' ? 'certain' : 'likely',
    summary: there
      ? 'libcuda.so.1 is on disk, but the loader does not find it'
      : `libcuda.so.1 is missing${driver ? ` although driver ${driver} runs` : ''}: no CUDA program can start`,
    evidence: [
      evidence(libcudaLoaded, 'libcuda.so.1 for the loader', ({ path }) => path),
      evidence(libcuda, 'libcuda.so.1 on disk', (files) => files.map(({ path }) => path).join(', ')),
      ...(valueOf(facts.nvidiaSmi)?.cudaVersionNotAvailable
        ? [evidence(facts.nvidiaSmi, 'nvidia-smi reads it from libcuda', () => 'CUDA Version: N/A')]
        : []),
    ],
    fix: there ? [...(inWsl(facts) ? wslFolder() : []), ...refreshCache()] : [],
  };
}

const refreshCache = (): FixStep[] => [
  command('ldconfig', "Refresh the loader's cache", ['ldconfig']),
  script('ldconfig-check', 'Check', 'ldconfig -p | grep libcuda.so.1', { root: false }),
];

/** What WSL writes at each start, unless its wsl.conf says not to. */
const wslFolder = (): FixStep[] => [
  script(
    'wsl-folder',
    'Tell the loader of the folder that Windows lends (WSL does so by itself, unless ldconfig = false stands under [automount] in /etc/wsl.conf)',
    'echo /usr/lib/wsl/lib > /etc/ld.so.conf.d/ld.wsl.conf',
  ),
];

/** Asked for nothing, a container is lent what computing needs. */
const inMedia = (soname: string): FixStep[] => [
  byHand(
    'media-capability',
    `In a container: start it with NVIDIA_DRIVER_CAPABILITIES=compute,utility,${soname.includes('optix') ? 'graphics' : 'video'} (docker run -e): ${soname} belongs to that part`,
  ),
];

function remedy(facts: Facts | null): FixStep[] {
  if (facts !== null && onJetson(facts) && !inContainer(facts)) return jetsonLibraries();
  if (facts !== null && inWsl(facts)) return windowsDriver();
  if (onNixos(facts)) return nixosDriver(facts);
  if (facts !== null && inContainer(facts)) return lendPart(facts, 'compute');
  const maybeContainer = facts === null || facts.platform.container.state === 'unknown';
  return [
    ...installPart(facts, 'libcuda', {
      id: 'install-libcuda',
      title: "Install the driver's CUDA library, of the branch that is installed",
    }),
    ...refreshCache(),
    ...(maybeContainer ? inPlaceOf('install-libcuda', giveContainerItsGpu(facts)) : []),
  ];
}
