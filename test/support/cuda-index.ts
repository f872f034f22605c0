/** NVIDIA's packages as far as planning sees them: real names, versions and dependencies. */
import { indexOf, type PackageRow } from './index.ts';
import type { PackageIndex } from '../../src/apt/types.ts';

const LIBRARIES = ['cufft', 'curand', 'cusolver', 'cusparse', 'npp', 'nvrtc'];

export const CUDA_90: readonly PackageRow[] = [
  { name: 'cuda-license-9-0', version: '9.0.176-1' },
  { name: 'cuda-misc-headers-9-0', version: '9.0.176-1', depends: 'cuda-license-9-0' },
  { name: 'cuda-core-9-0', version: '9.0.176-1', depends: 'cuda-license-9-0, cuda-misc-headers-9-0' },
  { name: 'cuda-core-9-0', version: '9.0.176.3-1', depends: 'cuda-license-9-0, cuda-misc-headers-9-0' },
  { name: 'cuda-cudart-9-0', version: '9.0.176-1', depends: 'cuda-license-9-0, libc6 (>= 2.14)' },
  { name: 'cuda-driver-dev-9-0', version: '9.0.176-1' },
  {
    name: 'cuda-cudart-dev-9-0',
    version: '9.0.176-1',
    depends: 'cuda-cudart-9-0 (>= 9.0.176), cuda-driver-dev-9-0',
  },
  ...['9.0.176-1', '9.0.176.1-1', '9.0.176.2-1', '9.0.176.4-1'].map((version) => ({
    name: 'cuda-cublas-9-0',
    version,
  })),
  { name: 'cuda-cublas-dev-9-0', version: '9.0.176-1', depends: 'cuda-cublas-9-0 (>= 9.0.176)' },
  { name: 'cuda-cublas-dev-9-0', version: '9.0.176.4-1', depends: 'cuda-cublas-9-0 (>= 9.0.176.4)' },
  ...LIBRARIES.flatMap((name) => [
    { name: `cuda-${name}-9-0`, version: '9.0.176-1' },
    { name: `cuda-${name}-dev-9-0`, version: '9.0.176-1', depends: `cuda-${name}-9-0 (>= 9.0.176)` },
  ]),
];

export const CUDA_100: readonly PackageRow[] = [
  { name: 'cuda-license-10-0', version: '10.0.130-1' },
  { name: 'cuda-nvcc-10-0', version: '10.0.130-1', depends: 'cuda-license-10-0, build-essential' },
  { name: 'cuda-core-10-0', version: '10.0.130-1', depends: 'cuda-nvcc-10-0' },
  { name: 'cuda-cudart-10-0', version: '10.0.130-1', depends: 'cuda-license-10-0' },
  { name: 'cuda-cudart-dev-10-0', version: '10.0.130-1', depends: 'cuda-cudart-10-0 (>= 10.0.130)' },
  { name: 'cuda-cublas-10-0', version: '10.0.130-1' },
  { name: 'cuda-cublas-dev-10-0', version: '10.0.130-1', depends: 'cuda-cublas-10-0 (>= 10.0.130)' },
  { name: 'cuda-gdb-10-0', version: '10.0.130-1' },
  ...LIBRARIES.flatMap((name) => [
    { name: `cuda-${name}-10-0`, version: '10.0.130-1' },
    { name: `cuda-${name}-dev-10-0`, version: '10.0.130-1', depends: `cuda-${name}-10-0 (>= 10.0.130)` },
  ]),
  { name: 'cuda-drivers', version: '410.48-1' },
  { name: 'cuda-runtime-10-0', version: '10.0.130-1', depends: 'cuda-drivers (>= 410.48)' },
];

/** Three point releases under one name, and the cuBLAS of 10.2 beside them. */
export const CUDA_101: readonly PackageRow[] = [
  ...['10.1.105', '10.1.168', '10.1.243'].flatMap((version) => [
    { name: 'cuda-nvcc-10-1', version: `${version}-1` },
    { name: 'cuda-cudart-10-1', version: `${version}-1` },
    { name: 'cuda-cudart-dev-10-1', version: `${version}-1`, depends: `cuda-cudart-10-1 (>= ${version})` },
    ...LIBRARIES.flatMap((name) => [
      { name: `cuda-${name}-10-1`, version: `${version}-1` },
      { name: `cuda-${name}-dev-10-1`, version: `${version}-1` },
    ]),
  ]),
  ...['10.1.0.105-1', '10.2.0.168-1', '10.2.1.243-1', '10.2.2.89-1'].flatMap((version) => [
    { name: 'libcublas10', version, depends: version.startsWith('10.2.2') ? 'cuda-license-10-2' : '' },
    { name: 'libcublas-dev', version, depends: `libcublas10 (>= ${version})` },
  ]),
  { name: 'cuda-license-10-2', version: '10.2.89-1' },
];

const POINTS_112 = [
  { label: '11.2.0', cudart: '11.2.72', nvcc: '11.2.67', cublas: '11.3.1.68' },
  { label: '11.2.1', cudart: '11.2.146', nvcc: '11.2.142', cublas: '11.4.1.1026' },
  { label: '11.2.2', cudart: '11.2.152', nvcc: '11.2.152', cublas: '11.4.1.1043' },
];

/** From 11.0 on every library has numbers of its own; metapackages name them as lower bounds. */
export const CUDA_112: readonly PackageRow[] = POINTS_112.flatMap(({ label, cudart, nvcc, cublas }) => [
  {
    name: 'cuda-toolkit-11-2',
    version: `${label}-1`,
    depends: `cuda-compiler-11-2 (>= ${label}), cuda-libraries-dev-11-2 (>= ${label})`,
  },
  { name: 'cuda-compiler-11-2', version: `${label}-1`, depends: `cuda-nvcc-11-2 (>= ${nvcc})` },
  {
    name: 'cuda-libraries-dev-11-2',
    version: `${label}-1`,
    depends: `libcublas-dev-11-2 (>= ${cublas}), cuda-cudart-dev-11-2 (>= ${cudart}), cuda-cudart-11-2 (>= ${cudart}), libcublas-11-2 (>= ${cublas})`,
  },
  { name: 'cuda-toolkit-11-2-config-common', version: `${cudart}-1`, architecture: 'all' },
  { name: 'cuda-nvcc-11-2', version: `${nvcc}-1` },
  { name: 'cuda-cudart-11-2', version: `${cudart}-1`, depends: 'cuda-toolkit-11-2-config-common' },
  { name: 'cuda-cudart-dev-11-2', version: `${cudart}-1`, depends: `cuda-cudart-11-2 (>= ${cudart})` },
  { name: 'libcublas-11-2', version: `${cublas}-1` },
  { name: 'libcublas-dev-11-2', version: `${cublas}-1`, depends: `libcublas-11-2 (>= ${cublas})` },
]);

export const CUDNN: readonly PackageRow[] = [
  ...[
    '7.0.5.15-1+cuda9.0',
    '7.4.1.5-1+cuda9.0',
    '7.4.1.5-1+cuda10.0',
    '7.5.0.56-1+cuda10.0',
    '7.6.5.32-1+cuda10.0',
    '7.6.5.32-1+cuda10.1',
  ].flatMap((version) => [
    { name: 'libcudnn7', version },
    { name: 'libcudnn7-dev', version, depends: `libcudnn7 (= ${version})` },
  ]),
];

export const nvidiaCuda = (rows: readonly PackageRow[], id = 'nvidia-cuda-ubuntu1804'): PackageIndex =>
  indexOf(id, rows);
export const nvidiaMl = (rows: readonly PackageRow[] = CUDNN, id = 'nvidia-ml-ubuntu1804'): PackageIndex =>
  indexOf(id, rows);
