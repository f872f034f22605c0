import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GpuSetupError } from '../../../src/base/errors.ts';
import { loadSnapshot, parseSnapshot } from '../../../src/machine/snapshot/schema.ts';
import { tempDir } from '../../support/temp-dir.ts';

function complaint(action: () => unknown): GpuSetupError {
  try {
    action();
  } catch (error) {
    if (error instanceof GpuSetupError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('parseSnapshot', () => {
  it('takes a snapshot that holds nothing but its format, and fields of later versions', () => {
    expect(parseSnapshot('{"format":"gpu-setup/snapshot@1"}', 'x')).toEqual({
      format: 'gpu-setup/snapshot@1',
    });
    expect(() =>
      parseSnapshot('\uFEFF{"format":"gpu-setup/snapshot@1","later":1,"context":{"x":2}}', 'x'),
    ).not.toThrow();
  });

  it.each([
    ['[]', 'laptop.json:1', 'expected an object'],
    ['{}', 'laptop.json:1', '"format": expected "gpu-setup/snapshot@1"'],
    ['{\n"format": "gpu-setup/snapshot@2"}', 'laptop.json:2', 'expected "gpu-setup/snapshot@1"'],
    ['{\n"format":\n', 'laptop.json:3', 'not valid JSON'],
    ['{"format":"gpu-setup/snapshot@1",\n"files":{\n"/a":5}}', 'laptop.json:3', 'expected a text, null'],
    ['{"format":"gpu-setup/snapshot@1",\n"files":{\n"a":"x"}}', 'laptop.json:3', 'expected an absolute path'],
    [
      `{"format":"gpu-setup/snapshot@1",\n"files":{"${'/a'.repeat(257)}":"x"}}`,
      'laptop.json:2',
      'expected a path of at most 256 folders',
    ],
    ['{"format":"gpu-setup/snapshot@1",\n"files":[]}', 'laptop.json:2', 'an object with paths as keys'],
    ['{"format":"gpu-setup/snapshot@1",\n"files":{"/a":{"base64":"?"}}}', 'laptop.json:2', '"/a"'],
    ['{"format":"gpu-setup/snapshot@1",\n"stat":{"/a":{"type":"x"}}}', 'laptop.json:2', '{"type": "file"'],
    [
      '{"format":"gpu-setup/snapshot@1",\n"stat":{"/a":{"type":"char","mode":438}}}',
      'laptop.json:2',
      '"mode": "0644"',
    ],
    ['{"format":"gpu-setup/snapshot@1",\n"commands":[{}]}', 'laptop.json:2', 'list of texts'],
    [
      '{"format":"gpu-setup/snapshot@1","commands":[\n{"argv":["x"],\n"exit":"0"}]}',
      'laptop.json:3',
      'a whole number or null',
    ],
    [
      '{"format":"gpu-setup/snapshot@1","commands":[\n{"argv":["x"],\n"outcome":"won"}]}',
      'laptop.json:3',
      'one of exited',
    ],
    ['{"format":"gpu-setup/snapshot@1",\n"env":{"PATH":null}}', 'laptop.json:2', 'expected a text'],
    ['{"format":"gpu-setup/snapshot@1",\n"dirs":{"/dev":["a"]}}', 'laptop.json:2', '{"entries": [...]'],
    ['', 'laptop.json', 'is empty'],
    ['\0\0\0', 'laptop.json', 'NUL bytes'],
  ])('refuses %j with file, line and what was expected', (text, where, what) => {
    const error = complaint(() => parseSnapshot(text, 'laptop.json'));
    expect(error.code).toBe('bad-snapshot');
    expect(error.message).toContain(where);
    expect(error.message).toContain(what);
    expect(error.hint).toContain('--record');
    expect(error.exitCode).toBe(2);
  });

  it('refuses deep nesting quietly', () => {
    expect(complaint(() => parseSnapshot('['.repeat(1_000_000), 'x')).code).toBe('bad-snapshot');
    expect(complaint(() => parseSnapshot(`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'x')).code).toBe(
      'bad-snapshot',
    );
  });

  it('never fails with anything but its own error', () => {
    const whole = JSON.stringify({
      format: 'gpu-setup/snapshot@1',
      files: { '/a': 'b', '/c': null },
      stat: { '/d': { type: 'char', mode: '0666', rdev: [195, 0] } },
      commands: [{ argv: ['nvidia-smi'], exit: 9, stdout: '', stderr: '' }],
    });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.string({ maxLength: 4 }), fc.nat(3), (at, text, cut) => {
        try {
          parseSnapshot(whole.slice(0, at) + text + whole.slice(at + cut), 'x');
        } catch (error) {
          expect(error).toBeInstanceOf(GpuSetupError);
        }
      }),
    );
  });
});

describe('loadSnapshot', () => {
  const file = (content: string | Uint8Array): string => {
    const path = join(tempDir(), 'laptop.json');
    writeFileSync(path, content);
    return path;
  };

  it('reads a file', () => {
    expect(loadSnapshot(file('{"format":"gpu-setup/snapshot@1","env":{"A":"b"}}'))).toMatchObject({
      snapshot: { env: { A: 'b' } },
      taken: null,
    });
  });

  it.each([
    ['UTF-16', Buffer.from('\uFEFF{"format":1}', 'utf16le'), 'is UTF-16'],
    ['a gzip file that ends in its header', Buffer.from([0x1f, 0x8b, 8, 0]), 'is empty'],
    ['a damaged gzip file', Buffer.from([0x1f, 0x8b, 9, 0, 0, 0, 0, 0, 0, 0, 1, 2]), 'is damaged: gzip'],
    ['Latin-1', Buffer.from('{\n"a": "\xfc"}', 'latin1'), ':2 is not valid UTF-8'],
    ['a program', Buffer.from('\x7fELF\0\0\0'), 'NUL bytes'],
  ])('refuses %s and says what it is', (_, content, what) => {
    expect(complaint(() => loadSnapshot(file(content))).message).toContain(what);
  });

  it('says what it cannot read', () => {
    expect(complaint(() => loadSnapshot('/no/such/file.json')).message).toContain('does not exist');
    expect(complaint(() => loadSnapshot(tempDir())).message).toContain('is a directory');
    expect(complaint(() => loadSnapshot('/dev/zero')).message).toContain('not a regular file');
  });
});
