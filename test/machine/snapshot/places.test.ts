import { describe, expect, it } from 'vitest';
import { absent, present } from '../../../src/machine/answer.ts';
import { collectFacts } from '../../../src/machine/facts/collect.ts';
import type { Machine } from '../../../src/machine/machine.ts';
import { recording } from '../../../src/machine/snapshot/record.ts';
import { snapshotMachine } from '../../../src/machine/snapshot/snapshot.ts';

/** Texts that the kernel or the firmware makes, or that say what hardware and system this is: nobody writes there. */
const OF_THE_MACHINE = [
  /^\/proc\/(?:version|cpuinfo|modules|meminfo)$/,
  /^\/proc\/sys\/kernel\/(?:arch|osrelease)$/,
  /^\/proc\/driver\/nvidia\//,
  /^\/sys\/(?:bus|module|firmware|hypervisor|class\/dmi)\//,
  /^\/(?:etc|usr\/lib)\/os-release$/,
  /^\/usr\/share\/(?:misc|hwdata)\/pci\.ids$/,
  /^\/(?:etc\/nv_tegra_release|proc\/device-tree\/model)$/,
  /^\/etc\/ld\.so\.cache$/,
  /^\/var\/log\/dmesg$/,
  // Headers and version files of CUDA and cuDNN.
  /\/(?:version\.(?:json|txt)|cud(?:a|nn)\w*\.h|host_(?:config|defines)\.h)$/,
];

type Next = () => string;

/** What people write, by place: a path that is read and stands nowhere here makes the test fail. */
const FED: readonly (readonly [RegExp, (next: Next) => string])[] = [
  [/^\/proc\/cmdline$/, (next) => `quiet ip=${next()} ${next()} nvidia-drm.modeset=1 key=${next()}\n`],
  [/^\/var\/log\/kern\.log$/, (next) => `[ 0.0] Command line: auth=${next()} ${next()}\nNVRM: loading\n`],
  [
    /^\/proc\/1\/cgroup$/,
    (next) => `0::/kubepods.slice/pod${next()}/${next()}\n1:name=systemd:/docker/${next()}\n`,
  ],
  [
    /^\/proc\/self\/mountinfo$/,
    (next) =>
      `1 0 0:1 / / rw - overlay overlay rw,lowerdir=/var/lib/docker/${next()}\n` +
      `2 1 0:2 /${next()} /home/${next()} rw - nfs4 ${next()}.corp:/${next()} rw,addr=10.0.0.1\n`,
  ],
  [/^\/run\/systemd\/container$/, (next) => `${next()}\n`],
  [
    /^\/etc\/apt\/sources\.list(?:\.d\/.*)?$/,
    (next) =>
      `# ${next()}\ndeb [arch=amd64 token=${next()}] https://u:${next()}@${next()}.corp/${next()}/cuda/ ${next()} main ${next()} # ${next()}\n` +
      `Types: deb\nURIs: http://${next()}.corp:8080/${next()}?key=${next()}\nSuites: ${next()}\nX-Note: ${next()}\n ${next()}\n` +
      `Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n ${next()}\n -----END PGP PUBLIC KEY BLOCK-----\n`,
  ],
  [
    /^\/var\/lib\/dpkg\/status$/,
    (next) =>
      `Package: x\nStatus: install ok installed\nVersion: 1\nMaintainer: ${next()}\nDescription: ${next()}\n ${next()}\n`,
  ],
  [
    /\/(?:trusted\.gpg(?:\.d\/.*)?|keyrings\/.*)$/,
    (next) => userId(next()) + userId(`${next()} <${next()}@corp.example>`),
  ],
  [
    /^\/etc\/docker\/daemon\.json$/,
    (next) =>
      JSON.stringify({
        'registry-mirrors': [`https://${next()}.corp/`],
        proxies: { 'http-proxy': `http://u:${next()}@proxy.corp` },
        'default-runtime': next(),
        runtimes: {
          nvidia: { path: '/usr/bin/nvidia-container-runtime', args: [next()] },
          [next()]: {},
        },
      }),
  ],
  [
    /^\/etc\/containerd\/config\.toml$/,
    (next) =>
      `# ${next()}\nimports = ["/etc/${next()}.toml"]\n[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.nvidia.options]\nBinaryName = "nvidia-container-runtime"\n` +
      `[plugins."io.containerd.grpc.v1.cri".registry.configs."${next()}".auth]\npassword = "${next()}"\n`,
  ],
  [
    /^\/etc\/nvidia-container-runtime\/config\.toml$/,
    (next) => `# ${next()}\n[nvidia-container-runtime]\nmode = "${next()}"\ndebug = "/home/${next()}.log"\n`,
  ],
  [/\/nvcc$/, (next) => `#!/bin/sh\n# ${next()}\nexport KEY=${next()} # ${next()}\nexec ${next()} "$@"\n`],
];

/** A key packet without a key, and a user id: RFC 4880. */
function userId(name: string): string {
  const key = '\x04\0\0\0\0\x01\0\0';
  return `${String.fromCharCode(0xc6, key.length)}${key}${String.fromCharCode(0xcd, name.length)}${name}`;
}

const ENTRIES: Readonly<Record<string, readonly string[]>> = {
  '/etc/apt/sources.list.d': ['own.list', 'own.sources'],
  '/etc/apt/trusted.gpg.d': ['own.gpg'],
  '/etc/apt/keyrings': ['nvidia.asc'],
  '/usr/share/keyrings': ['cuda-archive-keyring.gpg'],
};

const SMI = (next: Next): string =>
  `| NVIDIA-SMI 535.183.01   Driver Version: 535.183.01   CUDA Version: 12.2 |\n` +
  `|    0   N/A  N/A      1534      G   /usr/${next()}/Xorg                  100MiB |\n` +
  `|    0      1534      C   ...${next()} --key=${next()}     100MiB |\n` +
  `            Name                          : /opt/${next()}/${next()} --key ${next()}\n`;

/** A machine on which everything that is asked for is there. */
function generous(next: Next, unfed: Set<string>): Machine {
  const empty = snapshotMachine({ format: 'gpu-setup/snapshot@1' }, 'test');
  const content = (path: string): string | undefined => {
    if (OF_THE_MACHINE.some((pattern) => pattern.test(path))) return undefined;
    const feed = FED.find(([pattern]) => pattern.test(path))?.[1];
    if (feed) return feed(next);
    unfed.add(path);
    return undefined;
  };
  const from = { kind: 'file', name: 'test' } as const;
  return {
    ...empty,
    readFile: async (path) => {
      const text = content(path);
      return text === undefined ? absent(from) : present({ text, truncated: false }, from);
    },
    readBytes: async (path) => {
      const text = content(path);
      return text === undefined
        ? absent(from)
        : present({ bytes: new Uint8Array(Buffer.from(text, 'latin1')), truncated: false }, from);
    },
    listDir: async (path) => present({ entries: [...(ENTRIES[path] ?? [])], complete: true }, from),
    stat: async (path) =>
      /\/(?:nvcc)$/.test(path)
        ? present({ type: 'file', mode: 0o755, uid: 0, gid: 0, rdev: null, size: 1 }, from)
        : absent(from),
    realPath: async (path) => present(path, from),
    readLink: async () => absent(from),
    env: (name) => (name === 'PATH' ? present('/usr/bin', from) : absent(from)),
    run: async (argv) =>
      present(
        {
          outcome: 'exited',
          exit: 0,
          stdout: argv[0] === 'nvidia-smi' ? SMI(next) : '',
          stderr: '',
          truncated: false,
        },
        from,
      ),
  };
}

describe('the places that a recording reads', () => {
  it('are all fed with invented secrets here, and none is in the recording', async () => {
    const secrets: string[] = [];
    const next: Next = () => {
      const secret = `s3cr3t${secrets.length}x${secrets.length * 7919}`;
      secrets.push(secret);
      return secret;
    };
    const unfed = new Set<string>();
    const recorder = recording(generous(next, unfed), { names: { users: [], hosts: [] } });
    await collectFacts(recorder.machine);
    for (const path of ['/var/log/kern.log', '/usr/bin/nvcc']) await recorder.machine.readFile(path);
    const snapshot = recorder.snapshot();
    expect([...unfed]).toEqual([]);
    const text =
      JSON.stringify(snapshot) +
      Object.values(snapshot.files ?? {})
        .map((file) =>
          file !== null && typeof file === 'object' && 'base64' in file ? atob(file.base64) : '',
        )
        .join('');
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    expect(secrets.length).toBeGreaterThan(80);
  });
});
