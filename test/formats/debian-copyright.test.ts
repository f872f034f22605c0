import { describe, expect, it } from 'vitest';
import { licenceNames } from '../../src/formats/debian-copyright.ts';

const HEAD = 'Format: https://debian.example/doc/copyright-format/1.0/\nUpstream-Name: x\n';

describe('licenceNames', () => {
  it('takes the names that stand at files, each once', () => {
    const text = `${HEAD}\nFiles: *\nLicense: Expat\n some text\n\nFiles: a\nLicense: Zlib\n\nFiles: b\nLicense: Expat\n\nLicense: GPL-2+\n the text\n`;
    expect(licenceNames(text)).toEqual(['Expat', 'Zlib']);
  });

  it.each([
    ['free text', 'This package was debianized by somebody.\n\nLicense: Expat\n'],
    ['another format', 'Format: https://example.org/dep5\n\nFiles: *\nLicense: Expat\n'],
    ['no licence', `${HEAD}\nFiles: *\nCopyright: x\n`],
    ['nothing', ''],
    ['bytes', '\u0000\u0001:\n'],
  ])('says nothing of %s', (_, text) => {
    expect(licenceNames(text)).toBeNull();
  });
});
