// Frameworks: one file each, so that only the one that is asked about is parsed.
import { jax } from './frameworks/jax.mjs';
import { onnxruntime } from './frameworks/onnxruntime.mjs';
import { bitsandbytes, flashAttention, tensorrt, vllm } from './frameworks/others.mjs';
import { tensorflow } from './frameworks/tensorflow.mjs';
import { torch } from './frameworks/torch.mjs';
import { releasesOf } from './releases.mjs';

const making = (make) => (facts) => make(facts, releasesOf(facts));

export const FRAMEWORKS = {
  'frameworks/bitsandbytes.json': making(bitsandbytes),
  'frameworks/flash-attn.json': making(flashAttention),
  'frameworks/jax.json': making(jax),
  'frameworks/onnxruntime.json': making(onnxruntime),
  'frameworks/tensorflow.json': making(tensorflow),
  'frameworks/tensorrt.json': making(tensorrt),
  'frameworks/torch.json': making(torch),
  'frameworks/vllm.json': making(vllm),
};
