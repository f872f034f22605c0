import { compareDottedVersions } from '../../compat/dotted-version.ts';
import { valueOf } from '../../machine/answer.ts';
import { evidence } from '../evidence.ts';
import { inWsl } from '../known.ts';
import { bad, notKnown, ok, type CheckRule } from './check-rule.ts';

export const libcuda: CheckRule = {
  layer: 'driver-library',
  observe(facts) {
    const { libcudaLoaded, version } = facts.driverLibraries;
    const smi = valueOf(facts.nvidiaSmi);
    // nvidia-smi reads its "CUDA Version" by loading libcuda.
    if (smi?.outcome === 'ok' && smi.cudaVersion !== null) {
      return [
        ok(
          `libcuda works and speaks CUDA ${smi.cudaVersion}`,
          evidence(facts.nvidiaSmi, 'nvidia-smi', () => `CUDA Version: ${smi.cudaVersion}`),
        ),
      ];
    }
    const row = evidence(
      libcudaLoaded,
      'libcuda.so.1 for the loader',
      ({ realPath, by }) => `${realPath} (by ${by})`,
    );
    if (libcudaLoaded.state === 'absent') return [bad('the loader finds no libcuda.so.1', row)];
    if (libcudaLoaded.state === 'unknown')
      return [notKnown('which libcuda.so.1 the loader takes is not known', row)];
    if (libcudaLoaded.value.stub) return [bad('the loader takes a stub in place of libcuda.so.1', row)];
    const module = valueOf(facts.kernelDriver.moduleVersion);
    const library = libcudaLoaded.value.version ?? valueOf(version);
    const rows = [row, evidence(facts.kernelDriver.moduleVersion, 'loaded nvidia module', String)];
    if (inWsl(facts)) return [ok('libcuda.so.1 is found', row)];
    if (module === undefined || library === undefined)
      return [notKnown('whether libcuda and the module are of one version is not known', ...rows)];
    return compareDottedVersions(module, library) === 0
      ? [ok(`libcuda ${library} matches the module`, ...rows)]
      : [bad(`libcuda is ${library}, the module ${module}`, ...rows)];
  },
};
