import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { GpuSetupError } from '../../../src/base/errors.ts';
import { formatSpec, parseSpec } from '../../../src/prefix/plan/spec.ts';

describe('specs', () => {
  it.each([
    ['cuda@10.0', { name: 'cuda', version: '10.0' }],
    ['CUDA@9', { name: 'cuda', version: '9' }],
    ['cudnn@7.5.0.56', { name: 'cudnn', version: '7.5.0.56' }],
    ['nccl', { name: 'nccl', version: null }],
  ])('%s is understood', (text, spec) => {
    expect(parseSpec(text)).toEqual(spec);
  });

  it.each([
    ['cuda10', 'cuda@10'],
    ['cuda-10.0', 'cuda@10.0'],
    ['cuad@10.0', 'cuda@10.0'],
    ['cudn', 'cuda or cudnn'],
  ])('%s is answered with what was probably meant', (text, meant) => {
    expect(() => parseSpec(text)).toThrowError(
      expect.objectContaining({ code: 'unknown-spec', exitCode: 2, hint: `did you mean ${meant}?` }),
    );
  });

  it.each([
    'cuda@',
    'cuda@ten',
    'cuda@10.',
    'cuda@10..0',
    'cuda@1.2.3.4.5.6',
    'cuda@10 ',
    '@10',
    '',
    'cuda@-1',
    '\u001b[31m',
  ])('refuses %j as a usage error', (text) => {
    expect(() => parseSpec(text)).toThrowError(expect.objectContaining({ exitCode: 2 }));
  });

  it('never throws anything but its own errors, and what it accepts survives being written down', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ maxLength: 12 }).map((rest) => `cuda@${rest}`),
        ),
        (text) => {
          try {
            const spec = parseSpec(text);
            expect(parseSpec(formatSpec(spec))).toEqual(spec);
          } catch (error) {
            expect(error).toBeInstanceOf(GpuSetupError);
          }
        },
      ),
    );
  });
});
