import { describe, expect, it } from 'vitest';
import { parseDpkgStatus } from '../../../src/formats/dpkg-status.ts';
import { keptStatus, withoutRemarks } from '../../../src/machine/snapshot/package-files.ts';

const STATUS = `Package: nvidia-driver-535
Status: install ok installed
Maintainer: Alice Example <alice@example.org>
Architecture: amd64
Version: 535.183.01-0ubuntu1
Provides: nvidia-driver-binary,
 xserver-driver
Conffiles:
 /etc/alice 1234
Description: for Alice
 and Bob

Package: libc6
Status: deinstall ok config-files
Version: 2.36
`;

describe('the status file of dpkg in a recording', () => {
  it('says of packages what it said, and nothing of people', () => {
    const kept = keptStatus(STATUS);
    expect(parseDpkgStatus(kept)).toEqual(parseDpkgStatus(STATUS));
    expect(kept).not.toMatch(/alice|bob/i);
  });
});

describe('sources of apt in a recording', () => {
  it('keep entries that are switched off, and lose what people wrote beside them', () => {
    expect(
      withoutRemarks(
        '# for Alice\n#deb https://a.example/ x y\n # deb [trusted=yes] https://b.example/ x # Bob\nTypes: deb\n#\n',
      ),
    ).toBe('#\n#deb https://a.example/ x y\n # deb [trusted=yes] https://b.example/ x #\nTypes: deb\n#\n');
  });

  it('keep a "#" that is part of an entry', () => {
    const entry = 'deb cdrom:[Debian #1]/ bookworm main';
    expect(withoutRemarks(`${entry} # Alice`)).toBe(`${entry} #`);
  });
});
