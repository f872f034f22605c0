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

/** 10.2, and beside its own cuBLAS the newer one that NVIDIA's images leave alone. */
export const CUDA_102: readonly PackageRow[] = [
  { name: 'cuda-nvcc-10-2', version: '10.2.89-1' },
  { name: 'cuda-cudart-10-2', version: '10.2.89-1' },
  { name: 'cuda-cudart-dev-10-2', version: '10.2.89-1', depends: 'cuda-cudart-10-2 (>= 10.2.89)' },
  ...LIBRARIES.flatMap((name) => [
    { name: `cuda-${name}-10-2`, version: '10.2.89-1' },
    { name: `cuda-${name}-dev-10-2`, version: '10.2.89-1' },
  ]),
  ...['10.2.1.243-1', '10.2.2.89-1', '10.2.3.254-1'].flatMap((version) => [
    { name: 'libcublas10', version },
    { name: 'libcublas-dev', version, depends: `libcublas10 (>= ${version})` },
  ]),
];

const POINTS_134 = [
  { label: '13.4.1', own: '13.4.49', nvcc: '13.4.59', cccl: '13.3.4.2.1', cublas: '13.7.0.27' },
  { label: '13.4.2', own: '13.4.92', nvcc: '13.4.92', cccl: '13.3.4.3.1', cublas: '13.7.1.5' },
];

/**
 * 13.4: CCCL, nvcc's parts and culibos under the names that they have from 13.x on. That of cuBLAS of 13.4.2 and what the
 * metapackages name besides these are made up; no package but the metapackages depends on CCCL here.
 */
export const CUDA_134: readonly PackageRow[] = POINTS_134.flatMap(({ label, own, nvcc, cccl, cublas }) => {
  const at = (name: string, version: string): string => `${name}-13-4 (>= ${version})`;
  const LIBS = ['libcufft', 'libcurand', 'libcusolver', 'libcusparse', 'libnpp', 'cuda-nvrtc'];
  return [
    {
      name: 'cuda-toolkit-13-4',
      version: `${label}-1`,
      depends: [
        at('cuda-compiler', label),
        at('cuda-libraries', label),
        at('cuda-libraries-dev', label),
      ].join(', '),
    },
    { name: 'cuda-compiler-13-4', version: `${label}-1`, depends: at('cuda-nvcc', nvcc) },
    {
      name: 'cuda-libraries-13-4',
      version: `${label}-1`,
      depends: [at('cuda-cudart', own), at('libcublas', cublas), ...LIBS.map((name) => at(name, own))].join(
        ', ',
      ),
    },
    {
      name: 'cuda-libraries-dev-13-4',
      version: `${label}-1`,
      depends: [
        at('cccl', cccl),
        at('cuda-cudart-dev', own),
        at('cuda-culibos-dev', own),
        at('cuda-opencl-dev', own),
        at('libnew-dev', own),
        at('libcublas-dev', cublas),
        ...LIBS.map((name) => at(`${name}-dev`, own)),
      ].join(', '),
    },
    {
      name: 'cuda-nvcc-13-4',
      version: `${nvcc}-1`,
      depends: [at('cuda-crt', nvcc), at('libnvvm', nvcc), at('libnvptxcompiler', nvcc)].join(', '),
    },
    ...['cuda-crt', 'libnvvm', 'libnvptxcompiler'].map((name) => ({
      name: `${name}-13-4`,
      version: `${nvcc}-1`,
    })),
    ...[
      'cuda-cudart',
      'cuda-culibos-dev',
      'cuda-opencl-dev',
      'libnew-dev',
      ...LIBS,
      ...LIBS.map((one) => `${one}-dev`),
    ].map((name) => ({ name: `${name}-13-4`, version: `${own}-1` })),
    { name: 'cuda-cudart-dev-13-4', version: `${own}-1`, depends: at('cuda-cudart', own) },
    { name: 'libcublas-13-4', version: `${cublas}-1` },
    { name: 'libcublas-dev-13-4', version: `${cublas}-1`, depends: at('libcublas', cublas) },
    { name: 'cccl-13-4', version: `${cccl}-1` },
  ];
});

/** cuDNN 9: the CUDA major in the name, and three packages that fit one another exactly. */
export const CUDNN_9: readonly PackageRow[] = ['9.12.0.46-1', '9.27.0.5-1'].flatMap((version) => [
  { name: 'libcudnn9-cuda-13', version },
  { name: 'libcudnn9-headers-cuda-13', version },
  {
    name: 'libcudnn9-dev-cuda-13',
    version,
    depends: `libcudnn9-cuda-13 (= ${version}), libcudnn9-headers-cuda-13 (= ${version})`,
  },
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

/**
 * TensorRT 5 to 7 as NVIDIA's machine-learning repositories hold it: its -dev asks for the same version, its runtime for any
 * cuDNN of a major.
 */
export const TENSORRT: readonly PackageRow[] = [
  { major: '5', version: '5.1.5-1+cuda10.0' },
  { major: '6', version: '6.0.1-1+cuda10.0' },
  { major: '6', version: '6.0.1-1+cuda10.1' },
  { major: '7', version: '7.1.3-1+cuda11.0' },
].flatMap(({ major, version }) => [
  { name: `libnvinfer${major}`, version, depends: 'libcudnn7 (>= 7.4)' },
  ...['libnvinfer-plugin', 'libnvonnxparsers', 'libnvparsers'].flatMap((name) => [
    { name: name + major, version, depends: `libnvinfer${major} (>= ${version})` },
    { name: `${name}-dev`, version, depends: `${name}${major} (= ${version})` },
  ]),
  { name: 'libnvinfer-dev', version, depends: `libnvinfer${major} (= ${version})` },
  // Not seen for 5.
  ...(major === '5'
    ? []
    : [{ name: 'libnvinfer-bin', version, depends: `libnvinfer-plugin${major} (= ${version})` }]),
]);

export const nvidiaCuda = (rows: readonly PackageRow[], id = 'nvidia-cuda-ubuntu1804'): PackageIndex =>
  indexOf(id, rows);
export const nvidiaMl = (rows: readonly PackageRow[] = CUDNN, id = 'nvidia-ml-ubuntu1804'): PackageIndex =>
  indexOf(id, rows);
