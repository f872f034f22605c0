/**
 * Packages on which Python's frameworks stand, in the releases that broke what was built before them: NumPy, protobuf.
 *
 *     TypeError: Descriptors cannot be created directly.
 *     A module that was compiled using NumPy 1.x cannot be run in NumPy 2.0.0 as it may crash.
 */
import { familyOf, type Sentence } from '../family.ts';
import { mismatch } from '../said.ts';

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'descriptors cannot',
    pattern: /Descriptors cannot (?:not )?be created directly/i,
    says: () => mismatch('protobuf', null, null, false),
  },
  {
    literal: 'downgrade the protobuf package to',
    pattern: /Downgrade the protobuf package to (\d{1,2}\.\d{1,3})(?:\.x)? or lower/i,
    says: ([, expected]) => mismatch('protobuf', null, expected!, false),
  },
  {
    literal: 'incompatible protobuf gencode/runtime',
    pattern: /incompatible Protobuf Gencode\/Runtime.{0,200}gencode (\d[\d.]{1,10}) runtime (\d[\d.]{1,10})/i,
    says: ([, expected, found]) =>
      mismatch('protobuf', found!.replace(/\.$/, ''), expected!.replace(/\.$/, ''), true),
  },
  {
    literal: "'numpy' has no attribute",
    pattern:
      /module 'numpy' has no attribute '(?:bool8?|object0?|int0?|float_?|complex_?|str0?|long|unicode_?|typeDict|product|cumproduct|in1d|trapz|row_stack|Inf|NaN|NAN|asscalar)'/i,
    says: () => mismatch('numpy', null, null, false),
  },
  {
    literal: 'compiled using numpy 1.x cannot be run in',
    pattern: /compiled using NumPy 1\.x cannot be run in(?: NumPy (\d\.[\d.]{1,8}))?/i,
    says: ([, found]) => mismatch('numpy', found?.replace(/\.$/, '') ?? null, '1', false),
  },
  {
    literal: ['numpy.core.multiarray failed to import', '_array_api not found', 'numpy is not available'],
    pattern: /numpy\.core\.multiarray failed to import|_ARRAY_API not found|Numpy is not available/i,
    says: () => mismatch('numpy', null, null, false),
  },
  {
    literal: 'size changed, may indicate binary',
    pattern: /numpy\.(?:dtype|ufunc|ndarray|\w{2,20}) size changed, may indicate binary incompatibility/i,
    says: () => mismatch('numpy', null, null, false),
  },
];

export const family = familyOf('NumPy and protobuf', SENTENCES);
