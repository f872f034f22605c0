import { changed, without, type Host } from '../host.ts';
import { any, anywhere, all, both, not } from '../kinds.ts';
import { withToolkit } from '../parts.ts';
import { BUILD } from '../../facts.ts';
import {
  equipped,
  forCuda12,
  otherGpu,
  renumbered,
  unequipped,
  withOnnxRuntime,
  withoutPackage,
  withTensorFlow,
} from './changes.ts';
import type { Fault } from './fault.ts';

/** A Pascal card under a driver that still serves it. */
const onPascal = (host: Host): Host =>
  otherGpu(renumbered(unequipped(host), '580.95.05', '13.0', false), '1b80', 'NVIDIA GeForce GTX 1080');

/** What nvidia-cuda-toolkit is in a release, and the compiler that it depends on. */
const PACKAGED: readonly (readonly [release: RegExp, full: string, soname: string, gcc: number])[] = [
  [/ubuntu 18\.04/i, '9.1.85', '9.1', 6],
  [/ubuntu 22\.04/i, '11.5.119', '11.0', 11],
  [/ubuntu 24\.04/i, '12.0.140', '12', 12],
  [/debian/i, '12.4.127', '12', 13],
];

const EVERY_CARD = ['sm_60', 'sm_70', 'sm_75', 'sm_80', 'sm_89', 'sm_90', 'compute_90'];

/** The distribution's own CUDA, across /usr. */
function withDebiansToolkit(host: Host): Host {
  const release = String(host.files['/etc/os-release']);
  const [, full, soname, gcc] = PACKAGED.find(([pattern]) => pattern.test(release))!;
  const triplet = `${host.architecture}-linux-gnu`;
  const lib = `/usr/lib/${triplet}`;
  return changed(unequipped(host), {
    files: {
      '/usr/lib/nvidia-cuda-toolkit/bin/nvcc': '\x7fELF',
      '/usr/bin/nvcc': '#!/bin/sh\nexec /usr/lib/nvidia-cuda-toolkit/bin/nvcc "$@"\n',
      '/usr/include/cuda_runtime.h': '',
      '/usr/lib/cuda/version.txt': `CUDA Version ${full}\n`,
      [`/usr/bin/${triplet}-g++-${gcc}`]: '',
    },
    libraries: { [`${lib}/libcudart.so.${full}`]: {} },
    links: {
      [`${lib}/libcudart.so.${soname}`]: `libcudart.so.${full}`,
      [`/usr/bin/g++-${gcc}`]: `${triplet}-g++-${gcc}`,
    },
  });
}

/** Both from NVIDIA's folders; the older one is not in use. */
const withOlder = (host: Host): Host => {
  const folder = '/usr/local/cuda-9.2';
  return changed(host, {
    files: {
      [`${folder}/version.txt`]: 'CUDA Version 9.2.148\n',
      [`${folder}/bin/nvcc`]: '\x7fELF',
      [`${folder}/include/cuda_runtime.h`]: '',
    },
  });
};

/** Ours, in the home that all share; nothing points at it. */
const PREFIX = '/opt/gpu-setup/prefixes/mine';
const GENERATION = '/opt/gpu-setup/generations/mine-1';

const withPrefix = (host: Host): Host => {
  const prefix = {
    schema: 'gpu-setup/prefix@1',
    name: 'mine',
    path: PREFIX,
    recipe: null,
    cuda: '12.4.131',
    cudnn: null,
    components: ['compiler', 'runtime'],
    installedAt: '2026-01-01T00:00:00Z',
    packages: [],
    bytes: { own: 0, shared: 0 },
    sharing: 'copy',
  };
  const manifest = { schema: 'gpu-setup/manifest@1', prefix, entries: [], dropped: [], licences: [] };
  return changed(host, {
    files: {
      [`${GENERATION}/.gpu-setup/manifest.json`]: `${JSON.stringify(manifest, null, 1)}\n`,
      [`${GENERATION}/.gpu-setup/gpu-setup.lock`]: '{}',
      [`${GENERATION}/bin/nvcc`]: '#!/bin/sh\n',
      [`${GENERATION}/libexec/nvcc`]: '\x7fELF',
    },
    libraries: { [`${GENERATION}/lib64/libcudart.so.12.4.127`]: {} },
    links: {
      [`${GENERATION}/lib64/libcudart.so.12`]: 'libcudart.so.12.4.127',
      [PREFIX]: '../generations/mine-1',
    },
  });
};

export const faults: readonly Fault[] = [
  {
    code: 'toolkit-missing',
    how: 'something is to be built, and there is none',
    on: anywhere,
    given: equipped,
    question: BUILD,
    inject: unequipped,
  },
  {
    code: 'nvcc-not-on-path',
    how: 'something is to be built, and PATH does not lead to the toolkit',
    on: anywhere,
    given: equipped,
    question: BUILD,
    inject: (host) => changed(host, { env: { PATH: '/usr/local/bin:/usr/bin:/bin' } }),
  },
  {
    code: 'cuda-home-wrong',
    how: 'CUDA_HOME names a folder that is not there',
    on: anywhere,
    given: equipped,
    inject: (host) => changed(host, { env: { CUDA_HOME: '/usr/local/cuda-9.2' } }),
  },
  {
    code: 'cuda-home-wrong',
    how: 'CUDA_HOME ends in /bin',
    on: anywhere,
    given: equipped,
    inject: (host) => changed(host, { env: { CUDA_HOME: '/usr/local/cuda/bin' } }),
  },
  {
    code: 'cuda-symlink-mismatch',
    how: 'the link was left behind',
    on: anywhere,
    given: equipped,
    inject: (host) => changed(host, { links: { '/usr/local/cuda': 'cuda-9.2' } }),
  },
  {
    code: 'mixed-cuda-on-path',
    how: 'CUDA_HOME leads to another toolkit than PATH',
    severity: 'warning',
    on: anywhere,
    given: (host) => withOlder(equipped(host)),
    also: ['gpu-too-new-for-cuda', 'host-compiler-too-new'],
    inject: (host) => changed(host, { env: { CUDA_HOME: '/usr/local/cuda-9.2' } }),
  },
  {
    code: 'prefix-damaged',
    how: 'the runtime library of a prefix is a link that leads nowhere',
    severity: 'warning',
    on: anywhere,
    given: withPrefix,
    inject: (host) => without(host, /libcudart\.so\.12\.4/),
  },
  {
    code: 'prefix-damaged',
    how: 'CUDA_HOME names a prefix whose generation is gone',
    on: anywhere,
    inject: (host) => changed(without(withPrefix(host), GENERATION), { env: { CUDA_HOME: PREFIX } }),
  },
  {
    code: 'distro-toolkit-layout',
    how: 'CUDA_HOME is /usr, below which not all of it lies',
    severity: 'warning',
    on: both(all('apt'), not('jetson', 'container')),
    given: withDebiansToolkit,
    inject: (host) => changed(host, { env: { CUDA_HOME: '/usr' } }),
  },
  {
    code: 'gpu-too-new-for-cuda',
    how: 'the toolkit is of the time before the card',
    on: any('native', 'container', 'wsl'),
    inject: (host) => withToolkit(unequipped(host), '8.0', '8.0.61', 99),
  },
  {
    code: 'gpu-arch-dropped',
    how: 'the toolkit makes no code for the card any more',
    on: any('native', 'container', 'wsl'),
    given: onPascal,
    inject: (host) => withToolkit(host, '13.0', '13.0.88', 99),
  },
  {
    code: 'gpu-arch-not-in-build',
    how: 'the TensorFlow that is installed has no code for the card',
    on: any('native', 'container', 'wsl'),
    given: onPascal,
    inject: (host) => withTensorFlow(host, ['sm_80', 'sm_90']),
  },
  {
    code: 'cuda-lib-not-found',
    how: 'TensorFlow was installed without its CUDA',
    on: any('native', 'container', 'wsl'),
    given: (host) => withTensorFlow(forCuda12(host), EVERY_CARD),
    inject: (host) => withoutPackage(host, 'nvidia_cuda_runtime'),
  },
  {
    code: 'cuda-lib-wrong-version',
    how: 'ONNX Runtime is for another CUDA than the toolkit',
    on: any('native', 'container', 'wsl'),
    given: (host) => withOnnxRuntime(withToolkit(forCuda12(host), '11.8', '11.8.89', 99)),
    inject: (host) => withoutPackage(host, 'nvidia_cuda_runtime'),
  },
];
