/**
 * TensorRT: engines are of the release, and of the GPU, that made them.
 *
 *     The engine plan file is not compatible with this version of TensorRT, expecting library version 8.6.1.6 got 8.5.2.2
 */
import { familyOf, type Sentence } from '../family.ts';
import { mismatch, numbered } from '../said.ts';
import { dottedCapability } from '../versions.ts';

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'not compatible with this version of tensorrt',
    pattern:
      /not compatible with this version of TensorRT, expecting library version (\d[\d.]{1,12}) got (\d[\d.]{1,12})/i,
    says: ([, expected, found]) => mismatch('tensorrt', found!.replace(/\.$/, ''), expected!, false),
  },
  {
    // An engine is made for the GPU that makes it: ... generated on an incompatible device, expecting compute 7.5 got compute 8.6, please rebuild.
    literal: 'generated on an incompatible device',
    pattern:
      /generated on an incompatible device, expecting compute (\d{1,2}\.\d) got compute (\d{1,2}\.\d)/i,
    says: ([, here, engine]) => [
      { kind: 'gpu', name: null, computeCapability: here! },
      {
        kind: 'architectures',
        wanted: [here!],
        there: [engine!],
        speaker: 'tensorrt-engine',
        outcome: 'no-kernel',
      },
    ],
  },
  {
    // Target GPU SM 61 is not supported by this TensorRT release; before 8.6 Unsupported SM: 0x809, before 8 Unsupported SM.
    literal: ['is not supported by this tensorrt', 'unsupported sm'],
    pattern:
      /Target GPU SM (\d{2,3}) is not supported by this TensorRT|Unsupported SM(?:: 0x([0-9a-f])0([0-9a-f])\b|\.)/i,
    says: ([, sm, major, minor]) => {
      const here =
        sm !== undefined
          ? dottedCapability(sm)
          : major === undefined
            ? null
            : `${parseInt(major, 16)}.${parseInt(minor!, 16)}`;
      return [
        ...(here === null ? [] : [{ kind: 'gpu' as const, name: null, computeCapability: here }]),
        {
          kind: 'architectures',
          wanted: here === null ? [] : [here],
          there: null,
          speaker: 'tensorrt',
          outcome: 'unsupported',
        },
      ];
    },
  },
  {
    // Of 7: Assertion failed: (smVersion < SM_VERSION_A100) && "SM version not supported in this NVRTC version"
    literal: 'sm version not supported in this nvrtc version',
    pattern: /SM version not supported in this NVRTC version/i,
    says: () => ({
      kind: 'architectures',
      wanted: [],
      there: null,
      speaker: 'tensorrt',
      outcome: 'unsupported',
    }),
  },
  {
    // CUDA initialization failure with error: 35
    literal: 'cuda initialization failure with error',
    pattern: /CUDA initialization failure with error:? (\d{1,3})\b/i,
    says: ([, number]) => numbered('cuda', Number(number)),
  },
  {
    literal: 'was linked against cudnn ',
    pattern: /TensorRT was linked against cuDNN (\d[\d.]{1,10}) but loaded cuDNN (\d[\d.]{1,10})/i,
    says: ([, expected, found]) => ({
      kind: 'version-mismatch',
      of: 'cudnn',
      found: found!,
      expected: expected!,
      atLeast: true,
      goesOn: true,
    }),
  },
  {
    // What a plan begins with is not what this release writes: of another release, or no plan at all.
    literal: 'magictag == ',
    pattern: /Serialization assertion (?:plan->)?header\.magicTag == \S{3,60} failed/i,
    says: () => mismatch('tensorrt', null, null, false),
  },
  // Before 7 "Serialization Error in verifyHeader", from 8 on "Serialization assertion ... failed": both end in the same words. What
  // they number are formats of engines, no releases.
  {
    literal: 'version tag does not match',
    pattern: /Serialization .{0,120}Version tag does not match/i,
    says: () => mismatch('tensorrt', null, null, false),
  },
];

export const family = familyOf('TensorRT', SENTENCES, [
  {
    literal: ['[trt]', '[tensorrt]'],
    pattern: /\[(?:TRT|TensorRT)\] (?:\[[EF]\]|ERROR:|INTERNAL_ERROR:)/i,
  },
]);
