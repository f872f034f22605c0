/**
 * DeepSpeed's report on its operators. What it says of CUDA's version is read by torch.ts; that one of its operators cannot be built is
 * of no matter for the others, and a GPU's matter in none of these.
 *
 *     [WARNING]  async_io requires the dev libaio .so object and headers but these were not found.
 *     [WARNING]  sparse_attn requires a torch version >= 1.5 and < 2.0 but detected 2.1
 */
import { familyOf } from '../family.ts';

export const family = familyOf(
  'DeepSpeed',
  [],
  [
    {
      literal: '[warning] ',
      pattern:
        /\[WARNING\] {1,2}(?:async_io|sparse_attn|gds|evoformer_attn|fp_quantizer|inference_core_ops|cpu_adam)\b.{0,20} requires? /,
    },
  ],
);
