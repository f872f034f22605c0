/** The packages of the fake repositories: control fields as NVIDIA's have them, members with small contents. */
import { toolchainPackages } from '../toolchain-archive.ts';
import { buildArchive, buildLibrary } from './libraries.ts';
import {
  CUDA_10_0,
  CUDA_9_0,
  CUDNNS,
  HOST_CONFIG,
  MATH,
  NVCC,
  NVCC_PROFILE,
  RUNTIME_HEADER,
  librariesOf,
  libraryCode,
  type FakeCudnn,
  type FakeRelease,
} from './toolkit.ts';

export interface FakeMember {
  /** Without leading "./" or "/". */
  path: string;
  content?: string | Uint8Array;
  link?: string;
  mode?: number;
}

export interface FakePackage {
  /** Repository folder below /compute: cuda/repos/ubuntu1604/x86_64 */
  repository: string;
  name: string;
  version: string;
  architecture: 'amd64' | 'all';
  depends: readonly string[];
  members: readonly FakeMember[];
  /** Maintainer scripts: they must never run, so each of them leaves a trace where a test looks for it. */
  scripts: Readonly<Record<string, string>>;
}

/** Where a maintainer script that ran against all rules leaves its trace. */
export const TRACE = '/tmp/gpu-setup-maintainer-script-ran';
const postinst = (name: string): Readonly<Record<string, string>> => ({
  postinst: `#!/bin/sh\necho ${name} >>${TRACE}\n`,
});

const cudaRepository = (release: FakeRelease): string => `cuda/repos/${release.distro}/x86_64`;
const mlRepository = (cudnn: FakeCudnn): string => `machine-learning/repos/${cudnn.distro}/x86_64`;

/** Everything that the fake server offers. @param work folder for compiler output */
export async function fakePackages(work: string): Promise<FakePackage[]> {
  return [
    ...(await releasePackages(work, CUDA_9_0)),
    ...(await releasePackages(work, CUDA_10_0)),
    ...driverPackages('cuda/repos/ubuntu1604/x86_64', '384.81', '384'),
    ...driverPackages('cuda/repos/ubuntu1804/x86_64', '410.48', '410'),
    ...(await Promise.all(CUDNNS.map((cudnn) => cudnnPackages(work, cudnn)))).flat(),
    ...toolchains(),
  ];
}

/** A repository with host compilers, as Ubuntu 18.04 has them. */
export const TOOLCHAINS = 'toolchains';

function toolchains(): FakePackage[] {
  return toolchainPackages().map(({ name, version, depends = '', members }) => ({
    repository: TOOLCHAINS,
    name,
    version,
    architecture: 'amd64',
    depends: depends === '' ? [] : depends.split(', '),
    members: members.map(({ path, ...member }) => ({ ...member, path: path.slice('./'.length) })),
    scripts: postinst(name),
  }));
}

async function releasePackages(work: string, release: FakeRelease): Promise<FakePackage[]> {
  const suffix = release.cuda.replace('.', '-');
  const top = `usr/local/cuda-${release.cuda}`;
  const target = `${top}/targets/x86_64-linux`;
  // NVIDIA repeats these links in most of its packages.
  const links: FakeMember[] = [
    { path: `${top}/lib64`, link: 'targets/x86_64-linux/lib' },
    { path: `${top}/include`, link: 'targets/x86_64-linux/include' },
  ];
  const at = (name: string, least = release.version): string => `${name}-${suffix} (>= ${least})`;
  const make = (
    name: string,
    version: string,
    depends: readonly string[],
    members: readonly FakeMember[],
    scripts: Readonly<Record<string, string>> = {},
  ): FakePackage => ({
    repository: cudaRepository(release),
    name: `${name}-${suffix}`,
    version: `${version}-1`,
    architecture: 'amd64',
    depends,
    members: [
      ...members,
      {
        path: `usr/share/doc/${name}-${suffix}/copyright`,
        content: `Stand-in for ${name} of CUDA ${release.cuda}.\n`,
      },
      { path: `usr/share/doc/${name}-${suffix}/changelog.Debian.gz`, content: 'not really compressed\n' },
    ],
    scripts,
  });
  const every = (name: string): readonly string[] => [release.version, ...(release.patches[name] ?? [])];
  const all: FakePackage[] = [];

  all.push(
    make(
      'cuda-license',
      release.version,
      [],
      [{ path: `${top}/doc/EULA.txt`, content: 'Stand-in licence.\n' }],
      postinst('cuda-license'),
    ),
    make(
      'cuda-misc-headers',
      release.version,
      [],
      [
        ...links,
        { path: `${target}/include/crt/host_config.h`, content: HOST_CONFIG(release) },
        { path: `${target}/include/math_functions.h`, content: '/* stand-in */\n' },
      ],
    ),
    make(
      'cuda-driver-dev',
      release.version,
      [],
      [
        ...links,
        {
          path: `${target}/lib/stubs/libcuda.so`,
          content: await buildLibrary(`${work}/${suffix}/stubs`, {
            file: 'libcuda.so',
            soname: 'libcuda.so.1',
            code: 'int cuInit(unsigned flags) { (void)flags; return 34; }\n',
          }),
        },
      ],
    ),
    make(
      'cuda-cudart',
      release.version,
      [at('cuda-license')],
      [
        ...links.slice(0, 1),
        ...(await sharedLibrary(work, release, target, 'libcudart', release.version)),
        { path: `etc/ld.so.conf.d/cuda-${suffix}.conf`, content: `/${target}/lib\n` },
      ],
      postinst('cuda-cudart'),
    ),
    make(
      'cuda-cudart-dev',
      release.version,
      [at('cuda-cudart'), at('cuda-driver-dev'), at('cuda-misc-headers')],
      [
        { path: `${target}/include/cuda_runtime_api.h`, content: RUNTIME_HEADER(release) },
        { path: `${target}/include/cuda_runtime.h`, content: '#include "cuda_runtime_api.h"\n' },
        { path: `${target}/include/cuda.h`, content: `#define CUDA_VERSION ${release.runtimeNumber}\n` },
        { path: `${target}/lib/libcudart.so`, link: `libcudart.so.${release.cuda}` },
        {
          path: `${target}/lib/libcudart_static.a`,
          content: await buildArchive(
            `${work}/${suffix}`,
            'libcudart_static.a',
            libraryCode('libcudart', release, release.version),
          ),
        },
        {
          path: `${target}/lib/libcudadevrt.a`,
          content: await buildArchive(`${work}/${suffix}`, 'libcudadevrt.a', 'int cudadevrtStandIn;\n'),
        },
        {
          path: `${target}/lib/libculibos.a`,
          content: await buildArchive(`${work}/${suffix}`, 'libculibos.a', 'int culibosStandIn;\n'),
        },
        {
          path: `usr/lib/pkgconfig/cudart-${release.cuda}.pc`,
          content: `cudaroot=/usr/local/cuda-${release.cuda}\nlibdir=\${cudaroot}/targets/x86_64-linux/lib\nincludedir=\${cudaroot}/targets/x86_64-linux/include\n\nName: cudart\nDescription: CUDA Runtime Library\nVersion: ${release.cuda}\nLibs: -L\${libdir} -lcudart\nCflags: -I\${includedir}\n`,
        },
      ],
    ),
  );

  for (const name of MATH) {
    for (const version of every(`cuda-${name}`)) {
      const libraries = await Promise.all(
        librariesOf(name).map((library) => sharedLibrary(work, release, target, library, version)),
      );
      all.push(
        make(
          `cuda-${name}`,
          version,
          [at('cuda-license')],
          [...links.slice(0, 1), ...libraries.flat()],
          postinst(`cuda-${name}`),
        ),
      );
    }
    for (const version of every(`cuda-${name}-dev`)) {
      const libraries = librariesOf(name);
      all.push(
        make(
          `cuda-${name}-dev`,
          version,
          [at(`cuda-${name}`), at('cuda-misc-headers'), at('cuda-driver-dev')],
          [
            ...links,
            ...libraries.flatMap((library): FakeMember[] => [
              { path: `${target}/lib/${library}.so`, link: `${library}.so.${release.cuda}` },
              { path: `${target}/lib/${library}_static.a`, content: '!<arch>\n' },
            ]),
            ...(name === 'cublas'
              ? [
                  {
                    path: `${target}/include/cublas_v2.h`,
                    content:
                      '#ifdef __cplusplus\nextern "C" {\n#endif\nint cublasGetProperty(int type, int *value);\n#ifdef __cplusplus\n}\n#endif\n',
                  },
                ]
              : [{ path: `${target}/include/${name}.h`, content: '/* stand-in */\n' }]),
          ],
        ),
      );
    }
  }

  const compiler: FakeMember[] = [
    { path: `${top}/bin/nvcc`, content: NVCC(release), mode: 0o755 },
    { path: `${top}/bin/nvcc.profile`, content: NVCC_PROFILE },
    { path: `${top}/bin/crt/link.stub`, content: '/* stand-in */\n' },
    ...['cudafe++', 'fatbinary', 'nvlink', 'ptxas', 'bin2c'].map((tool) => ({
      path: `${top}/bin/${tool}`,
      content: '#!/bin/sh\nexit 0\n',
      mode: 0o755,
    })),
    { path: `${top}/nvvm/bin/cicc`, content: '#!/bin/sh\nexit 0\n', mode: 0o755 },
    { path: `${top}/nvvm/libdevice/libdevice.10.bc`, content: 'stand-in' },
    { path: `${top}/nvvm/include/nvvm.h`, content: '/* stand-in */\n' },
    { path: `${top}/version.txt`, content: `CUDA Version ${release.version}\n` },
  ];
  const tool = (name: string): FakeMember[] => [
    { path: `${top}/bin/${name}`, content: '#!/bin/sh\nexit 0\n', mode: 0o755 },
  ];
  if (release.cuda === '9.0') {
    // 9.0 keeps the whole compiler in one package.
    for (const version of every('cuda-core')) {
      all.push(
        make(
          'cuda-core',
          version,
          [at('cuda-license'), at('cuda-misc-headers')],
          [...compiler, ...tool('cuobjdump'), ...tool('nvprune')],
          postinst('cuda-core'),
        ),
      );
    }
    all.push(
      make(
        'cuda-command-line-tools',
        release.version,
        [at('cuda-license')],
        [...tool('nvprof'), ...tool('cuda-memcheck'), ...tool('cuda-gdb'), ...tool('nvdisasm')],
      ),
      make('cuda-minimal-build', release.version, [at('cuda-core'), at('cuda-cudart-dev')], []),
      make(
        'cuda-toolkit',
        release.version,
        [at('cuda-core'), at('cuda-command-line-tools'), at('cuda-libraries-dev'), 'default-jre'],
        [],
      ),
    );
  } else {
    all.push(
      make(
        'cuda-nvcc',
        release.version,
        [at('cuda-license'), at('cuda-misc-headers')],
        compiler,
        postinst('cuda-nvcc'),
      ),
      make('cuda-cuobjdump', release.version, [at('cuda-license')], tool('cuobjdump')),
      make('cuda-nvprune', release.version, [at('cuda-license')], tool('nvprune')),
      make('cuda-nvprof', release.version, [at('cuda-license')], tool('nvprof')),
      make('cuda-memcheck', release.version, [at('cuda-license')], tool('cuda-memcheck')),
      make('cuda-gdb', release.version, [at('cuda-license')], tool('cuda-gdb')),
      make('cuda-nvdisasm', release.version, [at('cuda-license')], tool('nvdisasm')),
      make('cuda-compiler', release.version, [at('cuda-nvcc'), at('cuda-cuobjdump'), at('cuda-nvprune')], []),
      make(
        'cuda-command-line-tools',
        release.version,
        ['cuda-gdb', 'cuda-nvprof', 'cuda-memcheck', 'cuda-nvdisasm'].map((name) => at(name)),
        [],
      ),
      make(
        'cuda-minimal-build',
        release.version,
        [at('cuda-compiler'), at('cuda-cudart-dev'), at('cuda-misc-headers')],
        [],
      ),
      make('cuda-core', release.version, [at('cuda-compiler')], []),
      make(
        'cuda-toolkit',
        release.version,
        [at('cuda-compiler'), at('cuda-command-line-tools'), at('cuda-libraries-dev'), 'default-jre'],
        [],
      ),
    );
  }
  all.push(
    make(
      'cuda-libraries',
      release.version,
      ['cuda-cudart', ...MATH.map((name) => `cuda-${name}`)].map((name) => at(name)),
      [],
    ),
    make(
      'cuda-libraries-dev',
      release.version,
      [
        'cuda-cudart-dev',
        'cuda-driver-dev',
        'cuda-misc-headers',
        ...MATH.map((name) => `cuda-${name}-dev`),
      ].map((name) => at(name)),
      [],
    ),
    make('cuda-runtime', release.version, [at('cuda-libraries'), `cuda-drivers (>= ${release.driver})`], []),
    make('cuda-demo-suite', release.version, [at('cuda-runtime')], tool('deviceQuery')),
  );
  const whole = make(
    'cuda',
    release.version,
    [at('cuda-runtime'), at('cuda-toolkit'), at('cuda-demo-suite')],
    [],
  );
  all.push(whole, {
    ...whole,
    name: 'cuda',
    depends: [`cuda-${suffix} (>= ${release.version})`],
    members: [],
  });
  return all;
}

/** libX.so.9.0 -> libX.so.9.0.176, as NVIDIA's runtime packages hold them. */
async function sharedLibrary(
  work: string,
  release: FakeRelease,
  target: string,
  library: string,
  version: string,
): Promise<FakeMember[]> {
  const file = `${library}.so.${version}`;
  const soname = `${library}.so.${release.cuda}`;
  const content = await buildLibrary(`${work}/${release.cuda}/${version}`, {
    file,
    soname,
    code: libraryCode(library, release, version),
  });
  return [
    { path: `${target}/lib/${file}`, content },
    { path: `${target}/lib/${soname}`, link: file },
  ];
}

/** Driver packages lie in wait: none of them may ever land in a prefix. */
function driverPackages(repository: string, version: string, branch: string): FakePackage[] {
  const base = {
    repository,
    version: `${version}-1`,
    architecture: 'amd64' as const,
    scripts: postinst('driver'),
  };
  const blob = (path: string): FakeMember => ({
    path,
    content: 'a driver file that must not be installed\n',
  });
  return [
    {
      ...base,
      name: 'cuda-drivers',
      depends: [`nvidia-${branch} (>= ${version})`, `nvidia-modprobe (>= ${version})`],
      members: [blob('usr/share/doc/cuda-drivers/copyright')],
    },
    {
      ...base,
      name: `nvidia-${branch}`,
      depends: [`libcuda1-${branch} (= ${version}-1)`],
      members: [blob('usr/lib/x86_64-linux-gnu/libnvidia-glcore.so')],
    },
    {
      ...base,
      name: `libcuda1-${branch}`,
      depends: [],
      members: [blob(`usr/lib/x86_64-linux-gnu/libcuda.so.${version}`)],
    },
    { ...base, name: 'nvidia-modprobe', depends: [], members: [blob('usr/bin/nvidia-modprobe')] },
  ];
}

async function cudnnPackages(work: string, cudnn: FakeCudnn): Promise<FakePackage[]> {
  const upstream = cudnn.version.split('-')[0]!;
  const [major, minor, patch] = upstream.split('.') as [string, string, string];
  const short = `${major}.${minor}.${patch}`;
  const lib = 'usr/lib/x86_64-linux-gnu';
  const number = Number(major) * 1000 + Number(minor) * 100 + Number(patch);
  const content = await buildLibrary(`${work}/cudnn/${cudnn.version}`, {
    file: `libcudnn.so.${short}`,
    soname: `libcudnn.so.${major}`,
    code: `unsigned long cudnnGetVersion(void) { return ${number}; }
unsigned long cudnnGetCudartVersion(void) { return ${cudnn.cuda.replace('.', '0').padEnd(4, '0')}; }\n`,
  });
  const base = { repository: mlRepository(cudnn), version: cudnn.version, architecture: 'amd64' as const };
  return [
    {
      ...base,
      name: 'libcudnn7',
      depends: ['libc6 (>= 2.3.4)', 'libstdc++6 (>= 4.1.1)'],
      members: [
        { path: `${lib}/libcudnn.so.${short}`, content },
        { path: `${lib}/libcudnn.so.${major}`, link: `libcudnn.so.${short}` },
        { path: 'usr/share/doc/libcudnn7/copyright', content: 'Stand-in licence of cuDNN.\n' },
      ],
      scripts: postinst('libcudnn7'),
    },
    {
      ...base,
      name: 'libcudnn7-dev',
      depends: [`libcudnn7 (= ${cudnn.version})`],
      // cudnn.h, libcudnn.so and libcudnn_static.a are links that the real postinst makes by update-alternatives.
      members: [
        {
          path: `usr/include/x86_64-linux-gnu/cudnn_v${major}.h`,
          content: `#ifndef CUDNN_H_
#define CUDNN_H_
#define CUDNN_MAJOR ${major}
#define CUDNN_MINOR ${minor}
#define CUDNN_PATCHLEVEL ${patch}
#ifdef __cplusplus
extern "C" {
#endif
unsigned long cudnnGetVersion(void);
#ifdef __cplusplus
}
#endif
#endif\n`,
        },
        { path: `${lib}/libcudnn_static_v${major}.a`, content: '!<arch>\n' },
        { path: 'usr/share/doc/libcudnn7-dev/copyright', content: 'Stand-in licence of cuDNN.\n' },
      ],
      scripts: postinst('libcudnn7-dev'),
    },
  ];
}
