import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { GpuSetupError } from '../../../src/base/errors.ts';
import { nameOfSpec } from '../../../src/compat/spec-name.ts';
import { formatSpec, parseSpec, refuseTwice } from '../../../src/prefix/plan/spec.ts';

describe('specs', () => {
  it.each([
    ['cuda@10.0', { name: 'cuda', version: '10.0' }],
    ['CUDA@9', { name: 'cuda', version: '9' }],
    ['cudnn@7.5.0.56', { name: 'cudnn', version: '7.5.0.56' }],
    ['nccl', { name: 'nccl', version: null }],
    ['tensorrt@8.6', { name: 'tensorrt', version: '8.6' }],
    // As packages and people call it, and as plan takes it.
    ['TRT@8.6', { name: 'tensorrt', version: '8.6' }],
    ['nvidia-tensorrt', { name: 'tensorrt', version: null }],
    ['cuda@>=11.8 <12', { name: 'cuda', version: '>=11.8 <12' }],
    ['cudnn@>=7.5.0.56 <8', { name: 'cudnn', version: '>=7.5.0.56 <8' }],
    ['nccl@^2.19', { name: 'nccl', version: '^2.19' }],
    ['cuda@ >=11.8 <12 ', { name: 'cuda', version: '>=11.8 <12' }],
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
    ['nvcc', /^nvcc is a part of the toolkit: cuda@VERSION --only nvcc;/],
    ['libcublas@11', /^cublas is a part of the toolkit: cuda@VERSION --only cublas;/],
    ['libcudnn@7', /^did you mean cudnn\?$/],
  ])('%s, which comes with something else, is answered with how it is had', (text, hint) => {
    expect(() => parseSpec(text)).toThrowError(
      expect.objectContaining({ code: 'unknown-spec', hint: expect.stringMatching(hint) as string }),
    );
  });

  it.each([
    'cuda@',
    'cuda@ten',
    'cuda@10.',
    'cuda@10..0',
    'cuda@1.2.3.4.5.6',
    '@10',
    '',
    'cuda@-1',
    'cuda@>=',
    'cuda@>=11.8,<12',
    'cuda@>=11.8 <',
    'cuda@*',
    'cuda@latest',
    'cuda@|| 11',
    '\u001b[31m',
  ])('refuses %j as a usage error', (text) => {
    expect(() => parseSpec(text)).toThrowError(expect.objectContaining({ exitCode: 2 }));
  });

  it.each([
    ['cuda@>=11.8,<12', "did you mean 'cuda@>=11.8 <12'?"],
    ['cuda@11.2.152-1', 'did you mean cuda@11.2.152?'],
    ['cudnn@7.5.0.56-1+cuda10.0', 'did you mean cudnn@7.5.0.56?'],
    ['nccl@1:2.19.3-1', 'did you mean nccl@2.19.3?'],
    ['cuda@12.0-rc1', 'did you mean cuda@12.0?'],
    ['cuda@>=12.0.0-beta.2', "did you mean 'cuda@>=12.0.0'?"],
    ['cuda@v12', 'did you mean cuda@12?'],
    ['cuda@==11.8', "did you mean 'cuda@=11.8'?"],
    ['cuda@=>11.8', "did you mean 'cuda@>=11.8'?"],
    ['cuda@~=11.8', "did you mean 'cuda@~11.8'?"],
    ['cuda@11.2-11.8', "did you mean 'cuda@11.2 - 11.8'?"],
    ['cuda@11.', 'did you mean cuda@11?'],
    ['cuda@latest', 'for the newest, write cuda without a version;'],
    ['cuda@*', 'for the newest, write cuda without a version;'],
    ['cuda@', 'for the newest, write cuda without a version;'],
    ['cuda@11,12', 'a version is one or more numbers between dots'],
    ['cuda@!=11', 'a version is one or more numbers between dots'],
    ['cuda@garbage', 'a version is one or more numbers between dots'],
    [
      'cuda@>=12 <11',
      "what stands side by side must hold at once; alternatives are written as in 'cuda@11 || 12'",
    ],
    ['cuda@<0', 'what stands side by side'],
  ])('%s: the hint begins with what may have been meant', (text, hint) => {
    expect(() => parseSpec(text)).toThrowError(
      expect.objectContaining({
        code: 'bad-spec',
        exitCode: 2,
        hint: expect.toSatisfy((said: string) => said.startsWith(hint)),
      }),
    );
  });

  it('of one thing are refused where there are two', () => {
    const specs = ['cuda@11.8', 'cudnn@8', 'cuda@11.2'].map(parseSpec);
    expect(() => refuseTwice(specs)).toThrowError(
      expect.objectContaining({
        code: 'spec-twice',
        exitCode: 2,
        message: expect.stringContaining('cuda@11.8 and cuda@11.2'),
      }),
    );
    expect(() => refuseTwice(specs.slice(0, 2))).not.toThrow();
  });

  it.each([
    ['cuda@10.0', 'cuda10.0'],
    ['cudnn', 'cudnn'],
    ['cuda@>=11.8 <12', 'cuda-from11.8-below12'],
    ['cuda@12.x || >=13.2', 'cuda-12.x-or-from13.2'],
    ['cuda@11.2 - 11.8', 'cuda-11.2-to-11.8'],
  ])('%s gives a prefix the name %s', (text, name) => {
    expect(nameOfSpec(parseSpec(text))).toBe(name);
  });

  it('never throws anything but its own errors, and what it accepts survives being written down', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ maxLength: 12 }).map((rest) => `cuda@${rest}`),
          fc
            .array(fc.constantFrom('1', '12', '.', ' ', '<', '>', '=', '^', '~', '|', 'x', '*', '-'), {
              maxLength: 12,
            })
            .map((rest) => `cuda@${rest.join('')}`),
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
