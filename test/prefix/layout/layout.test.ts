import { describe, expect, it } from 'vitest';
import layouts from 'tables:src/prefix/layout/rules';
import fc from 'fast-check';
import { PACKAGINGS } from '../../../src/compat/releases.ts';
import { componentOf, isWanted, layoutOf, withImplied } from '../../../src/prefix/layout/layout.ts';
import { COMPONENTS } from '../../../src/prefix/layout/component.ts';

type Row = readonly [name: string, member: string, to: string, component: string];

const NVIDIA: readonly Row[] = [
  ['cuda-core-9-0', 'usr/local/cuda-10.0/bin/nvcc', 'bin/nvcc', 'compiler'],
  ['cuda-nvcc-10-0', 'usr/local/cuda-10.0/nvvm/bin/cicc', 'nvvm/bin/cicc', 'compiler'],
  ['cuda-nvcc-10-0', 'usr/local/cuda-10.0/bin/nvcc.profile', 'bin/nvcc.profile', 'compiler'],
  [
    'cuda-cudart-10-0',
    'usr/local/cuda-10.0/targets/x86_64-linux/lib/libcudart.so.10.0.130',
    'lib64/libcudart.so.10.0.130',
    'runtime',
  ],
  ['cuda-cudart-10-0', 'usr/local/cuda-10.0/lib64/libcudart.so.10.0', 'lib64/libcudart.so.10.0', 'runtime'],
  [
    'cuda-cudart-dev-10-0',
    'usr/local/cuda-10.0/targets/x86_64-linux/include/cuda_runtime.h',
    'include/cuda_runtime.h',
    'libraries',
  ],
  [
    'cuda-cudart-dev-10-0',
    'usr/local/cuda-10.0/targets/x86_64-linux/lib/libcudart.so',
    'lib64/libcudart.so',
    'libraries',
  ],
  [
    'cuda-cudart-dev-10-0',
    'usr/local/cuda-10.0/targets/x86_64-linux/lib/libcudart_static.a',
    'lib64/libcudart_static.a',
    'libraries',
  ],
  [
    'cuda-cudart-dev-10-0',
    'usr/local/cuda-10.0/targets/x86_64-linux/lib/libculibos.a',
    'lib64/libculibos.a',
    'static',
  ],
  [
    'cuda-driver-dev-10-0',
    'usr/local/cuda-10.0/targets/x86_64-linux/lib/stubs/libcuda.so',
    'lib64/stubs/libcuda.so',
    'libraries',
  ],
  ['cuda-cudart-dev-10-0', 'usr/lib/pkgconfig/cudart-10.0.pc', 'lib64/pkgconfig/cudart-10.0.pc', 'libraries'],
  [
    'libcublas10',
    'usr/lib/x86_64-linux-gnu/libcublas.so.10.2.1.243',
    'lib64/libcublas.so.10.2.1.243',
    'runtime',
  ],
  ['libcublas-dev', 'usr/lib/x86_64-linux-gnu/stubs/libcublas.so', 'lib64/stubs/libcublas.so', 'libraries'],
  ['libcublas-dev', 'usr/include/cublas_v2.h', 'include/cublas_v2.h', 'libraries'],
  ['libcudnn7', 'usr/lib/x86_64-linux-gnu/libcudnn.so.7.5.0', 'lib64/libcudnn.so.7.5.0', 'cudnn'],
  ['libnccl-dev', 'usr/bin/ncclras', 'bin/ncclras', 'nccl'],
  ['libnccl-dev', 'usr/include/nccl_device/core.h', 'include/nccl_device/core.h', 'nccl'],
  [
    'libnccl2',
    'usr/share/doc/libnccl2/NCCL-SLA.txt.gz',
    '.gpu-setup/licences/libnccl2/NCCL-SLA.txt.gz',
    'runtime',
  ],
  [
    'cccl-13-4',
    'usr/local/cuda-10.0/targets/x86_64-linux/include/cccl/thrust/sort.h',
    'include/cccl/thrust/sort.h',
    'libraries',
  ],
  ['libcudnn7-dev', 'usr/include/x86_64-linux-gnu/cudnn_v7.h', 'include/cudnn_v7.h', 'cudnn'],
  ['libcudnn7-dev', 'usr/lib/x86_64-linux-gnu/libcudnn_static_v7.a', 'lib64/libcudnn_static_v7.a', 'static'],
  ['libnccl2', 'usr/lib/x86_64-linux-gnu/libnccl.so.2.3.5', 'lib64/libnccl.so.2.3.5', 'nccl'],
  ['libnvinfer-dev', 'usr/include/x86_64-linux-gnu/NvInfer.h', 'include/NvInfer.h', 'tensorrt'],
  ...(
    [
      ['libnvinfer8', 'libnvinfer.so.8.6.1'],
      ['libnvinfer8', 'libnvinfer_builder_resource.so.8.6.1'],
      ['libnvinfer-plugin8', 'libnvinfer_plugin.so.8'],
      ['libnvonnxparsers8', 'libnvonnxparser.so.8'],
      ['libnvparsers6', 'libnvcaffe_parser.so.6'],
      ['libnvinfer7', 'libmyelin.so.1'],
    ] as const
  ).map(([name, file]): Row => [name, `usr/lib/x86_64-linux-gnu/${file}`, `lib64/${file}`, 'tensorrt']),
  ['libnvinfer-bin', 'usr/src/tensorrt/bin/trtexec', 'bin/trtexec', 'tensorrt'],
  ['libnvinfer-bin', 'usr/bin/trtexec', 'bin/trtexec', 'tensorrt'],
  ['libnvinfer-dev', 'usr/lib/x86_64-linux-gnu/libnvinfer_static.a', 'lib64/libnvinfer_static.a', 'static'],
  [
    'cuda-compat-10-0',
    'usr/local/cuda-10.0/compat/libcuda.so.410.129',
    'compat/libcuda.so.410.129',
    'compat',
  ],
  [
    'cuda-cupti-10-0',
    'usr/local/cuda-10.0/extras/CUPTI/lib64/libcupti.so.10.0.130',
    'extras/CUPTI/lib64/libcupti.so.10.0.130',
    'runtime',
  ],
  ['cuda-gdb-10-0', 'usr/local/cuda-10.0/bin/cuda-gdb', 'bin/cuda-gdb', 'debugger'],
  ['cuda-nvprof-10-0', 'usr/local/cuda-10.0/bin/nvprof', 'bin/nvprof', 'profiler'],
  ['cuda-documentation-10-0', 'usr/local/cuda-10.0/doc/html/index.html', 'doc/html/index.html', 'docs'],
  [
    'nsight-compute',
    'opt/nvidia/nsight-compute/2022.3.0/ncu',
    'opt/nvidia/nsight-compute/2022.3.0/ncu',
    'profiler',
  ],
  [
    'cuda-nvcc-10-0',
    'usr/share/doc/cuda-nvcc-10-0/copyright',
    '.gpu-setup/licences/cuda-nvcc-10-0/copyright',
    'runtime',
  ],
];

// Members as `dpkg-deb --contents` lists them in bullseye, bookworm and trixie.
const DEBIAN: readonly Row[] = [
  ['nvidia-cuda-toolkit', 'usr/lib/nvidia-cuda-toolkit/bin/nvcc', 'bin/nvcc', 'compiler'],
  ['nvidia-cuda-toolkit', 'usr/lib/nvidia-cuda-toolkit/bin/cicc', 'nvvm/bin/cicc', 'compiler'],
  ['nvidia-cuda-toolkit', 'usr/lib/nvidia-cuda-toolkit/bin/crt/link.stub', 'bin/crt/link.stub', 'compiler'],
  [
    'nvidia-cuda-toolkit',
    'usr/lib/nvidia-cuda-toolkit/libdevice/libdevice.10.bc',
    'nvvm/libdevice/libdevice.10.bc',
    'compiler',
  ],
  ['nvidia-cuda-toolkit', 'usr/bin/ptxas', 'bin/ptxas', 'compiler'],
  ['nvidia-cuda-toolkit', 'usr/bin/compute-sanitizer', 'bin/compute-sanitizer', 'debugger'],
  [
    'nvidia-cuda-toolkit',
    'usr/lib/nvidia-cuda-toolkit/compute-sanitizer/libsanitizer-public.so',
    'compute-sanitizer/libsanitizer-public.so',
    'debugger',
  ],
  ['nvidia-cuda-toolkit', 'usr/include/nvvm.h', 'nvvm/include/nvvm.h', 'compiler'],
  ['libnvvm4', 'usr/lib/x86_64-linux-gnu/libnvvm.so.4.0.0', 'nvvm/lib64/libnvvm.so.4.0.0', 'compiler'],
  ['nvidia-cuda-dev', 'usr/include/crt/host_config.h', 'include/crt/host_config.h', 'libraries'],
  ['nvidia-cuda-dev', 'usr/lib/x86_64-linux-gnu/libcudadevrt.a', 'lib64/libcudadevrt.a', 'libraries'],
  [
    'nvidia-cuda-dev',
    'usr/lib/x86_64-linux-gnu/libcublasLt_static.a',
    'lib64/libcublasLt_static.a',
    'static',
  ],
  ['nvidia-cuda-dev', 'usr/lib/x86_64-linux-gnu/libaccinj64.so', 'lib64/libaccinj64.so', 'profiler'],
  [
    'nvidia-cuda-dev',
    'usr/lib/x86_64-linux-gnu/cuda-gdb/libcudacore.a',
    'extras/Debugger/lib64/libcudacore.a',
    'debugger',
  ],
  ['nvidia-cuda-dev', 'usr/lib/x86_64-linux-gnu/pkgconfig/cuda.pc', 'lib64/pkgconfig/cuda.pc', 'libraries'],
  [
    'nvidia-cuda-dev',
    'usr/lib/x86_64-linux-gnu/stubs/libnvidia-ml.so',
    'lib64/stubs/libnvidia-ml.so',
    'libraries',
  ],
  ['libcudart11.0', 'usr/lib/x86_64-linux-gnu/libcudart.so.11.8.89', 'lib64/libcudart.so.11.8.89', 'runtime'],
  ['libcupti11.8', 'usr/lib/x86_64-linux-gnu/libnvperf_host.so', 'lib64/libnvperf_host.so', 'runtime'],
  ['libthrust-dev', 'usr/include/thrust/version.h', 'include/thrust/version.h', 'libraries'],
  ['libcub-dev', 'usr/share/cmake/cub/cub-config.cmake', 'lib64/cmake/cub/cub-config.cmake', 'libraries'],
  ['nvidia-profiler', 'usr/lib/nvidia-cuda-toolkit/bin/nvprof', 'bin/nvprof', 'profiler'],
  [
    'nvidia-cuda-gdb',
    'usr/share/cuda-gdb/syscalls/amd64-linux.xml',
    'share/cuda-gdb/syscalls/amd64-linux.xml',
    'debugger',
  ],
  ['nsight-compute', 'usr/lib/nsight-compute/ncu', 'lib/nsight-compute/ncu', 'profiler'],
  ['nvidia-cuda-toolkit-doc', 'usr/share/doc/nvidia-cuda-toolkit/index.html', 'doc/index.html', 'docs'],
  [
    'libcublas11',
    'usr/share/doc/libcublas11/copyright',
    '.gpu-setup/licences/libcublas11/copyright',
    'runtime',
  ],
];

describe('the rules of layouts', () => {
  it('lie in a file of each family of packages and in one of the host compiler, and in no other', () => {
    expect(Object.keys(layouts).toSorted()).toEqual([...PACKAGINGS, 'host-toolchain'].toSorted());
  });
});

describe('the path maps', () => {
  it.each(NVIDIA)('NVIDIA, %s: %s is %s (%s)', (name, member, to, component) => {
    expect(layoutOf('nvidia').place(name, member, '10.0.130')).toMatchObject({ to, component });
  });
  it.each(DEBIAN)('Debian, %s: %s is %s (%s)', (name, member, to, component) => {
    expect(layoutOf('debian').place(name, member, '11.8.89')).toMatchObject({ to, component });
  });

  it.each([
    ['nvidia', 'cuda-cudart-10-0', 'usr/local/cuda-10.0/lib64'],
    ['nvidia', 'cuda-npp-10-0', 'usr/local/cuda-10.0/include'],
    ['nvidia', 'libcudnn7-dev', 'usr/src/cudnn_samples_v7/mnistCUDNN/Makefile'],
    ['nvidia', 'libnvinfer-samples', 'usr/src/tensorrt/samples/trtexec/trtexec.cpp'],
    ['nvidia', 'cuda-toolkit-10-0', 'etc/ld.so.conf.d/cuda-10-0.conf'],
    ['nvidia', 'libcudnn7', 'usr/share/lintian/overrides/libcudnn7'],
    ['nvidia', 'cuda-license-10-2', 'usr/local/cuda-10.2/LICENSE'],
    ['debian', 'nvidia-cuda-toolkit', 'etc/nvcc.profile'],
    ['debian', 'nvidia-cuda-toolkit', 'usr/lib/nvidia-cuda-toolkit/bin/g++'],
    ['debian', 'nvidia-cuda-toolkit', 'usr/bin/nvcc'],
    ['debian', 'nvidia-cuda-toolkit', 'usr/lib/cuda/nvvm/libdevice'],
    ['debian', 'nvidia-cuda-gdb', 'usr/share/man/man1/cuda-gdb.1.gz'],
    ['debian', 'nsight-systems', 'usr/lib/nsight-systems/host-linux-x64/libssh.so.4'],
  ] as const)('%s, %s: %s is left out, and the reason is given', (family, name, member) => {
    const place = layoutOf(family).place(name, member, family === 'nvidia' ? '10.0.130' : '11.8.89');
    expect(place).toMatchObject({ drop: expect.stringMatching(/\w+/) });
  });

  it.each([
    ['nvidia', 'cuda-nvcc-10-0', 'usr/local/cuda-10.2/bin/nvcc'],
    ['nvidia', 'cuda-nvcc-10-0', 'usr/local/cuda-10.00/bin/nvcc'],
    ['nvidia', 'libcuda1', 'lib/modules/nvidia.ko'],
    ['debian', 'nvidia-cuda-dev', 'var/lib/x'],
    ['debian', 'nvidia-openjdk-8-jre', 'usr/lib/jvm/java'],
  ] as const)('%s, %s: nothing is said of %s, so that the package is refused', (family, name, member) => {
    expect(layoutOf(family).place(name, member, '10.0.130')).toBeNull();
  });

  it('puts the files of arm64 where those of x86-64 are', () => {
    expect(
      layoutOf('nvidia').place(
        'libcublas-12-4',
        'usr/local/cuda-12.4/targets/sbsa-linux/lib/libcublas.so.12',
        '12.4',
      ),
    ).toMatchObject({ to: 'lib64/libcublas.so.12', component: 'runtime' });
  });

  it('gives every place a component, and answers any path without throwing', () => {
    fc.assert(
      fc.property(fc.string(), (path) => {
        expect(COMPONENTS).toContain(componentOf(path).component);
        layoutOf('nvidia').place('x', path, '10.0');
        layoutOf('debian').place('x', path, '11.8');
      }),
    );
  });
});

describe('components', () => {
  it('libraries bring what a program loads; nothing else is implied', () => {
    expect(withImplied(['libraries'])).toEqual(['libraries', 'runtime']);
    expect(withImplied(['compiler'])).toEqual(['compiler']);
  });

  it.each([
    ['include/cuda_runtime.h', ['compiler'], true],
    ['lib64/libcudart_static.a', ['compiler'], true],
    ['lib64/libcudart.so', ['compiler'], false],
    ['lib64/libcudart.so.10.0', ['libraries'], true],
    ['lib64/libcudart.so.10.0', ['compiler'], false],
    ['include/cuda_runtime.h', ['runtime'], false],
    ['lib64/libcublas_static.a', ['compiler', 'libraries'], false],
    ['lib64/libcublas_static.a', ['static'], true],
    ['.gpu-setup/licences/libcudnn7/copyright', ['cudnn'], true],
    ['bin/cuda-gdb', ['compiler', 'libraries'], false],
  ] as const)('%s with %j: %s', (to, components, wanted) => {
    expect(isWanted({ to, ...componentOf(to) }, { components })).toBe(wanted);
  });
});
