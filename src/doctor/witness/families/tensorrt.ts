/**
 * TensorRT: engines are of the release, and of the GPU, that made them.
 *
 *     The engine plan file is not compatible with this version of TensorRT, expecting library version 8.6.1.6 got 8.5.2.2
 */
import { familyOf, type Sentence } from '../family.ts';
import { mismatch } from '../said.ts';

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'not compatible with this version of tensorrt',
    pattern:
      /not compatible with this version of TensorRT, expecting library version (\d[\d.]{1,12}) got (\d[\d.]{1,12})/i,
    says: ([, expected, found]) => mismatch('tensorrt', found!.replace(/\.$/, ''), expected!, false),
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
