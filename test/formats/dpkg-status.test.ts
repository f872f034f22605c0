import { describe, expect, it } from 'vitest';
import { parseDpkgStatus, stanzasOf } from '../../src/formats/dpkg-status.ts';

const STATUS = `Package: adduser
Status: install ok installed
Version: 3.134

Package: nvidia-driver-535
Status: install ok installed
Architecture: amd64
Version: 535.183.01-0ubuntu1
Provides: nvidia-driver-binary,
 libcuda1 (= 535)
Description: about it
 Package: nvidia-lie

Package: linux-modules-nvidia-535-generic
Status: deinstall ok config-files
Architecture: amd64
Version: 5.15.0


Package: nvidia-gone
Status: purge ok not-installed

Status: hold ok half-configured
Package: libcudnn7
Architecture: amd64
Version: 7.6.5.32-1+cuda10.0`;

const wanted = (file: string): string =>
  stanzasOf(Buffer.from(file), ['nvidia'], (name) => name.startsWith('nvidia'));

describe("dpkg's status file", () => {
  it('gives every package with its state', () => {
    expect(parseDpkgStatus(STATUS).map(({ name, state }) => [name, state])).toEqual([
      ['adduser', 'installed'],
      ['nvidia-driver-535', 'installed'],
      ['linux-modules-nvidia-535-generic', 'config-files'],
      ['libcudnn7', 'half-configured'],
    ]);
  });

  it('gives only what is wanted, whole', () => {
    expect(parseDpkgStatus(wanted(STATUS))).toEqual([
      {
        name: 'nvidia-driver-535',
        version: '535.183.01-0ubuntu1',
        architecture: 'amd64',
        state: 'installed',
        provides: 'nvidia-driver-binary, libcuda1 (= 535)',
      },
    ]);
  });

  it('finds what is wanted wherever the name stands, after any line ends, among any bytes', () => {
    const cudnn = (file: string): string[] =>
      parseDpkgStatus(stanzasOf(Buffer.from(file), ['cudnn', 'cuda'], (name) => name === 'libcudnn7')).map(
        ({ name }) => name,
      );
    for (const file of [STATUS, STATUS.replace(/\n/g, '\r\n'), `Maintainer: J\u00f6rg\n\n${STATUS}`]) {
      expect(cudnn(file)).toEqual(['libcudnn7']);
    }
    expect(
      stanzasOf(
        Uint8Array.from({ length: 5000 }, (_, at) => (at * 97) & 255),
        ['a', '\n'],
        () => true,
      ),
    ).toBe('');
  });

  it('gives each stanza once, in the order of the file, whichever words are in it', () => {
    const all = stanzasOf(Buffer.from(STATUS), ['linux', 'nvidia', 'modules'], () => true);
    expect(all.match(/^Package: .*/gm)).toEqual([
      'Package: nvidia-driver-535',
      'Package: linux-modules-nvidia-535-generic',
      'Package: nvidia-gone',
    ]);
  });

  it('reads a copy with the line ends of another system', () => {
    expect(parseDpkgStatus(STATUS.replace(/\n/g, '\r\n'))).toEqual(parseDpkgStatus(STATUS));
  });

  it.each(['', '\n\n\n', 'Package: nvidia-driver-535', 'Package: \nStatus: install ok installed', 'x\n\ny'])(
    'finds nothing in %j',
    (text) => {
      expect(parseDpkgStatus(text)).toEqual([]);
    },
  );
});
