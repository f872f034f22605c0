/** What was written for Docker, containerd, NVIDIA's toolkit and CDI: read where it is sound, and never taken for sound where it is not. */
import { describe, expect, it } from 'vitest';
import { valueOf } from '../../../../src/machine/answer.ts';
import type { RuntimesFacts } from '../../../../src/machine/facts.ts';
import { probeRuntimes } from '../../../../src/machine/facts/container/runtimes.ts';
import { debianDesktop } from '../../../support/machines/healthy.ts';
import { changed, machineOf, type Change } from '../../../support/machines/host.ts';

const DOCKER = '/etc/docker/daemon.json';
const CONTAINERD = '/etc/containerd/config.toml';
const TOOLKIT = '/etc/nvidia-container-runtime/config.toml';

const read = (files: NonNullable<Change['files']>): Promise<RuntimesFacts> =>
  probeRuntimes(machineOf(changed(debianDesktop, { files })));

describe('Docker', () => {
  it('has no configuration where there is no file, and an empty one where that is empty', async () => {
    expect((await read({})).docker.state).toBe('absent');
    expect(valueOf((await read({ [DOCKER]: ' \n' })).docker)).toEqual({
      fault: null,
      runtimes: [],
      defaultRuntime: null,
      isWhole: true,
    });
  });

  it('finds the program of a runtime by its path, or where services look for it', async () => {
    const text = JSON.stringify({
      'default-runtime': 'nvidia',
      runtimes: {
        nvidia: { path: 'nvidia-container-runtime' },
        crun: { path: '/opt/crun' },
        kata: { runtimeType: 'io.containerd.kata.v2' },
      },
    });
    const { docker } = await read({ [DOCKER]: text, '/usr/bin/nvidia-container-runtime': '' });
    expect(valueOf(docker)).toMatchObject({
      defaultRuntime: 'nvidia',
      runtimes: [
        { name: 'nvidia', isThere: true },
        { name: 'crun', program: '/opt/crun', isThere: false },
        // A type is no program: whether it is there cannot be seen.
        { name: 'kata', isThere: null },
      ],
    });
  });

  it.each([
    ['cut off', '{"runtimes": {"nvidia": '],
    ['with a comment', '{ // NVIDIA\n}'],
    ['binary', '\u0000\uFFFD\u0001'],
    ['deeply nested', '['.repeat(200_000)],
  ])('has a fault: %s', async (_how, text) => {
    const docker = valueOf((await read({ [DOCKER]: text })).docker);
    expect(docker?.fault).toBe('it is no JSON');
  });

  it.each([
    ['a list', '[]'],
    ['runtimes of another form', '{"runtimes": ["nvidia", null], "default-runtime": 7}'],
    ['a runtime without a program', '{"runtimes": {"nvidia": "nvidia-container-runtime"}}'],
  ])('takes nothing from what is not of its form: %s', async (_how, text) => {
    const docker = valueOf((await read({ [DOCKER]: text })).docker);
    expect(docker).toMatchObject({ fault: null, defaultRuntime: null });
    expect(docker!.runtimes.filter(({ program }) => program !== null)).toEqual([]);
  });

  it('is not judged by the beginning of a huge file', async () => {
    expect((await read({ [DOCKER]: `{"a": "${'x'.repeat(2 << 20)}"}` })).docker.state).toBe('unknown');
  });
});

describe('containerd', () => {
  it.each(['io.containerd.grpc.v1.cri', 'io.containerd.cri.v1.runtime'])(
    'is read with %s',
    async (plugin) => {
      const text = [
        'version = 2',
        `[plugins."${plugin}".containerd]`,
        'default_runtime_name = "nvidia"',
        `[plugins."${plugin}".containerd.runtimes.nvidia.options]`,
        'BinaryName = "/usr/bin/nvidia-container-runtime"',
      ].join('\n');
      expect(valueOf((await read({ [CONTAINERD]: text })).containerd)).toEqual({
        fault: null,
        defaultRuntime: 'nvidia',
        runtimes: [{ name: 'nvidia', program: '/usr/bin/nvidia-container-runtime', isThere: false }],
        isWhole: true,
      });
    },
  );

  it('is not whole where it takes in other files', async () => {
    const text = 'imports = ["/etc/containerd/conf.d/*.toml"]\n';
    expect(valueOf((await read({ [CONTAINERD]: text })).containerd)?.isWhole).toBe(false);
    expect(valueOf((await read({ [CONTAINERD]: 'imports = []\n' })).containerd)?.isWhole).toBe(true);
  });

  it('has a fault where it is no TOML', async () => {
    expect(valueOf((await read({ [CONTAINERD]: '[plugins."' })).containerd)?.fault).toMatch(/TOML/i);
  });
});

describe("NVIDIA's toolkit", () => {
  it('says its mode, and whether it leaves cgroups alone', async () => {
    const text = '[nvidia-container-cli]\nno-cgroups = true\n[nvidia-container-runtime]\nmode = "legacy"\n';
    expect(valueOf((await read({ [TOOLKIT]: text })).toolkit)).toEqual({
      fault: null,
      mode: 'legacy',
      noCgroups: true,
    });
    // As it comes, the line is a comment.
    expect(valueOf((await read({ [TOOLKIT]: '#no-cgroups = true\n' })).toolkit)?.noCgroups).toBe(false);
  });
});

describe('CDI', () => {
  const yaml = (path: string): string =>
    `cdiVersion: 0.5.0\nkind: nvidia.com/gpu\ncontainerEdits:\n  mounts:\n  - hostPath: ${path}\n    containerPath: ${path}\n`;

  it('is of the driver whose library it names', async () => {
    const path = '/usr/lib/x86_64-linux-gnu/libcuda.so.550.163.01';
    const { cdi } = await read({
      '/etc/cdi/nvidia.yaml': yaml(path),
      '/var/run/cdi/old.json':
        '{"kind": "nvidia.com/gpu", "mounts": [{"hostPath": "/usr/lib/libcuda.so.470.57.02"}]}',
    });
    expect(valueOf(cdi)).toEqual([
      { file: '/etc/cdi/nvidia.yaml', library: path, version: '550.163.01', isThere: true },
      {
        file: '/var/run/cdi/old.json',
        library: '/usr/lib/libcuda.so.470.57.02',
        version: '470.57.02',
        isThere: false,
      },
    ]);
  });

  it('says nothing by descriptions of others, and is not known without a library in it', async () => {
    expect((await read({ '/etc/cdi/amd.yaml': 'kind: amd.com/gpu\n' })).cdi.state).toBe('absent');
    expect(valueOf((await read({ '/etc/cdi/nvidia.yaml': 'kind: nvidia.com/gpu\n' })).cdi)).toEqual([
      { file: '/etc/cdi/nvidia.yaml', library: null, version: null, isThere: null },
    ]);
  });
});

describe('Docker from snap', () => {
  it('counts only where there is no other', async () => {
    const snap = { '/snap/docker/current/bin/dockerd': '' };
    expect(valueOf((await read({})).snapDocker)).toBe(false);
    expect(valueOf((await read(snap)).snapDocker)).toBe(true);
    expect(valueOf((await read({ ...snap, '/usr/bin/dockerd': '' })).snapDocker)).toBe(false);
  });
});
