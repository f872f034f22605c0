import { describe, expect, it } from 'vitest';
import { kindOfRootMount } from '../../../src/machine/facts/platform/virtualization.ts';
import { wrappedProgram } from '../../../src/machine/facts/toolkit/nvcc.ts';
import { parseAptSources } from '../../../src/formats/apt-sources.ts';
import { readPublicKeys } from '../../../src/formats/openpgp-keys.ts';
import { keptSources, keptUri } from '../../../src/machine/snapshot/apt-sources.ts';
import { keptFreeText, keptProcesses } from '../../../src/machine/snapshot/free-text.ts';
import { keptKeys } from '../../../src/machine/snapshot/keyring.ts';

const pseudonym = (kind: string, original: string): string => `${kind}${original.length}`;

describe("apt's sources in a recording", () => {
  it("of NVIDIA's and of distributions are what they were", () => {
    const list =
      'deb [arch=amd64 signed-by=/usr/share/keyrings/cuda-archive-keyring.gpg] https://developer.download.nvidia.com/compute/cuda/repos/debian12/x86_64/ /\n' +
      '# deb http://archive.ubuntu.com/ubuntu jammy-updates main contrib non-free-firmware\n' +
      'deb http://security.ubuntu.com/ubuntu jammy-security main universe\n' +
      'deb https://nvidia.github.io/libnvidia-container/stable/deb/$(ARCH) /\n';
    expect(parseAptSources(keptSources(list, pseudonym), 'x.list')).toEqual(parseAptSources(list, 'x.list'));
  });

  it('keep lines, switches and which key they name where fields go', () => {
    const text =
      'Types: deb\nX-Owner: Alice\n of the lab\nURIs: https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2204/x86_64/\n' +
      'Suites: /\nEnabled: no\nSigned-By: /etc/apt/keyrings/a.asc\n\nTypes: deb\nURIs: http://archive.ubuntu.com/ubuntu\nSuites: noble\nComponents: main\n';
    const kept = keptSources(text, pseudonym);
    expect(parseAptSources(kept, 'x.sources')).toEqual(parseAptSources(text, 'x.sources'));
    expect(kept).not.toMatch(/alice|lab/i);
  });

  it('of private mirrors say only whose repositories they serve', () => {
    expect(
      keptUri('https://al:pw@nvidia.acme.corp/t0k3n/compute/cuda/repos/ubuntu2204/x86_64/', pseudonym),
    ).toBe('https://nvidia-host-name16.example.invalid/credential5/compute/cuda/repos/ubuntu2204/x86_64/');
    // A caching proxy: the doctor knows the source by the folder.
    expect(
      keptUri('http://cache.acme:3142/developer.download.nvidia.com/compute/cuda/repos/', pseudonym),
    ).toBe('http://host-name10.example.invalid:3142/developer.download.nvidia.com/compute/cuda/repos/');
  });
});

describe('a keyring in a recording', () => {
  const packet = (tag: number, body: string): string => String.fromCharCode(0xc0 | tag, body.length) + body;
  const ring = Buffer.from(
    packet(6, '\x04aaaaa') +
      packet(13, 'Alice <alice@acme.example>') +
      packet(6, '\x04bbbbb') +
      packet(13, 'cudatools <cudatools@nvidia.com>') +
      packet(2, 'signed by Alice'),
    'latin1',
  );

  it("holds NVIDIA's keys with their fingerprints, and nobody else", () => {
    const kept = keptKeys(ring);
    expect(readPublicKeys(kept).map(({ fingerprint }) => fingerprint)).toEqual([
      readPublicKeys(ring)[1]!.fingerprint,
    ]);
    expect(readPublicKeys(keptKeys(kept))).toEqual(readPublicKeys(kept));
    expect(Buffer.from(kept).toString('latin1')).not.toMatch(/alice|acme|aaaaa/i);
  });
});

describe('free text in a recording', () => {
  it('gives the container that it gave', () => {
    const mounts =
      '9 8 0:1 / / rw - overlay overlay rw,lowerdir=/home/alice/.local/share/containers/libpod/x\n8 9 0:2 / /home/alice rw - nfs4 nas:/x rw\n';
    const kept = keptFreeText('/proc/self/mountinfo', mounts) ?? '';
    expect(kindOfRootMount(kept)).toBe(kindOfRootMount(mounts));
    expect(kept).not.toMatch(/alice|nas/);
    expect(keptFreeText('/proc/1/cgroup', '0::/user.slice/user-1000.slice/alice.scope\n')).toBe('0::/\n');
  });

  it('says which nvcc a script starts', () => {
    const script = '#!/bin/bash\nexport TOKEN=abc\n"/usr/local/cuda-11.8/bin/nvcc" --key=abc "$@"\n';
    const kept = keptFreeText('/usr/bin/nvcc', script) ?? '';
    expect(wrappedProgram(kept)).toBe(wrappedProgram(script));
    expect(kept).not.toContain('abc');
  });

  it("keeps the columns of nvidia-smi's processes", () => {
    const row = '|    0   N/A  N/A      1534      G   /usr/lib/xorg/Xorg                  100MiB |';
    const kept = keptProcesses(row);
    expect(kept).toBe('|    0   N/A  N/A      1534      G   program                             100MiB |');
    expect(kept).toHaveLength(row.length);
    expect(keptProcesses('    Product Name                          : GeForce GTX 1660')).toContain(
      'GeForce',
    );
  });
});
