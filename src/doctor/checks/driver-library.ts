import { valueOf } from '../../machine/answer.ts';
import { libcudaState } from '../../machine/questions/gpu.ts';
import { inWsl, onJetson } from '../../machine/questions/platform.ts';
import { evidence } from '../evidence.ts';
import { bad, notKnown, ok, type CheckRule } from './check-rule.ts';

export const libcuda: CheckRule = {
  layer: 'driver-library',
  observe(facts) {
    const { libcudaLoaded, version } = facts.driverLibraries;
    const { moduleVersion } = facts.kernelDriver;
    const row = evidence(
      libcudaLoaded,
      'libcuda.so.1 for the loader',
      ({ realPath, by }) => `${realPath} (by ${by})`,
    );
    const rows = [row, evidence(moduleVersion, 'loaded nvidia module', String)];
    const library = valueOf(libcudaLoaded)?.version ?? valueOf(version);
    switch (libcudaState(facts)) {
      case 'works': {
        const cuda = valueOf(facts.nvidiaSmi)?.cudaVersion;
        return [
          ok(
            `libcuda works and speaks CUDA ${cuda}`,
            evidence(facts.nvidiaSmi, 'nvidia-smi', () => `CUDA Version: ${cuda}`),
          ),
        ];
      }
      case 'missing':
        return [bad('the loader finds no libcuda.so.1', row)];
      case 'unknown':
        return [notKnown('which libcuda.so.1 the loader takes is not known', row)];
      case 'stub':
        return [bad('the loader takes a stub in place of libcuda.so.1', row)];
      case 'found':
        return [notKnown('whether libcuda and the module are of one version is not known', ...rows)];
      case 'matches':
        return inWsl(facts) || onJetson(facts)
          ? [ok('libcuda.so.1 is found', row)]
          : [ok(`libcuda ${library} matches the module`, ...rows)];
      case 'other-version':
        return [bad(`libcuda is ${library}, the module ${valueOf(moduleVersion)}`, ...rows)];
    }
  },
};
