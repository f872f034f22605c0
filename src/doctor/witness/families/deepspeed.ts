/**
 * DeepSpeed's report on its operators. What it says of CUDA's version is read by torch.ts; that one of its operators cannot be built is
 * of no matter for the others, and a GPU's matter in none of these.
 *
 *     [WARNING]  async_io requires the dev libaio .so object and headers but these were not found.
 *     [WARNING]  sparse_attn requires a torch version >= 1.5 and < 2.0 but detected 2.1
 *     AssertionError: Unable to pre-compile async_io
 */
import { familyOf } from '../family.ts';

export const family = familyOf(
  'DeepSpeed',
  [
    {
      // Of its report it is a remark; where that operator was asked for, the build ends at it.
      literal: ['unable to pre-compile async_io', 'unable to jit load the async_io op'],
      pattern: /Unable to (?:pre-compile async_io|JIT load the async_io op)/i,
      says: () => ({ kind: 'missing-header', header: 'libaio.h', asker: "DeepSpeed's async_io" }),
    },
  ],
  [
    {
      literal: '[warning] ',
      pattern:
        /\[WARNING\] {1,2}(?:async_io|sparse_attn|gds|evoformer_attn|fp_quantizer|inference_core_ops|cpu_adam)\b.{0,20} requires? /,
    },
  ],
);
