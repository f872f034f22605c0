/** An archive is never called damaged for what befell its reader. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { GpuSetupError } from '../../../src/base/errors.ts';
import { isNotItsFault } from '../../../src/formats/archive/bad-archive.ts';

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('what is thrown while an archive is read', () => {
  it.each([
    ['a disk that gives nothing', thrownBy(() => readFileSync('/proc/self/mem')), true],
    ['no memory', thrownBy(() => new ArrayBuffer(2 ** 45)), true],
    ['a decoder that hangs', new GpuSetupError('decoder-stalled', 'the decoder gave no data'), true],
    ['bytes that are none of it', thrownBy(() => gunzipSync(Buffer.from('no gzip'))), false],
    ['what a decoder says of the bytes', new Error('Compressed data is corrupt'), false],
  ])('%s', (_, error, other) => {
    expect(isNotItsFault(error)).toBe(other);
  });
});
