import { describe, expect, it } from 'vitest';
import { decodeText, parseDeb822 } from '../../src/formats/deb822.ts';

const options = { code: 'bad-sources', file: 'x.sources' } as const;
const parse = (text: string) => parseDeb822(decodeText(Buffer.from(text), options), options);

describe('deb822', () => {
  it('reads stanzas with comments inside them, continuations, tabs and CRLF', () => {
    const stanzas = parse(
      '# top\r\nTypes: deb\r\n# inside\r\nSuites: a\r\n# between the lines of a field\r\n\tb\r\n c\r\n\r\n\r\nTypes: deb-src\r\n',
    );
    expect(stanzas).toHaveLength(2);
    expect(stanzas[0]!.fields.get('suites')).toEqual({ name: 'Suites', value: 'a\nb\nc', line: 4 });
    expect(stanzas[1]!.line).toBe(10);
  });

  it('takes field names in any case', () => {
    expect(parse('URIS: x\n')[0]!.fields.get('uris')?.value).toBe('x');
  });

  it.each([
    ['a continuation of nothing', ' x\n', /x\.sources:1: expected "Field: value"/],
    [
      'a line without a colon',
      'Types: deb\nrubbish\n',
      /x\.sources:2: expected "Field: value", found "rubbish"/,
    ],
    ['a repeated field', 'Types: deb\ntypes: deb\n', /x\.sources:2: expected types once/],
    ['NUL bytes', 'Types: deb\nA: \0', /x\.sources:2: expected text, found a NUL byte/],
    ['a huge file', `A: ${'x'.repeat(2 << 20)}`, /at most 1048576 bytes/],
  ])('refuses %s with file and line', (_, text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  it('refuses what is not UTF-8', () => {
    expect(() => decodeText(Buffer.from([0x41, 0xff, 0xfe]), options)).toThrow(/UTF-8/);
  });
});
