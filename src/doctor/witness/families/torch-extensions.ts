/**
 * What is compiled against PyTorch (torchvision, mmcv, detectron2, apex, PyG, DeepSpeed's operators, Transformer Engine): built without CUDA,
 * or for another PyTorch; and other libraries that have a build without CUDA.
 *
 *     RuntimeError: Not compiled with GPU support
 *     NotImplementedError: Could not run 'torchvision::nms' with arguments from the 'CUDA' backend.
 *     RuntimeError: nms_impl: implementation for device cuda:0 not found.
 *     RuntimeError: Detected that PyTorch and torch_scatter were compiled with different CUDA versions. PyTorch has CUDA version 11.7 and ...
 *     RuntimeError: PyTorch version mismatch! DeepSpeed ops were compiled and installed with a different version than what is being used
 */
import { familyOf, type Sentence } from '../family.ts';
import { mismatch } from '../said.ts';
import type { TestimonyKind } from '../testimony.ts';

const withoutCuda = (name: string): TestimonyKind => ({
  kind: 'framework',
  name,
  version: null,
  build: 'cpu',
});

const forOtherTorch = (
  asker: string,
  found: string | null = null,
  expected: string | null = null,
): TestimonyKind => mismatch('torch', found, expected, false, asker);

/** As packages are called: torch_scatter -> torch-scatter */
const packageOf = (module: string): string => module.toLowerCase().replaceAll('_', '-');

/** The package of the nearest line of a traceback above; null: it names none. */
function packageAbove(before: readonly string[]): string | null {
  for (const line of before) {
    const name = /(?:site|dist)-packages\/([\w-]{2,40})\//.exec(line)?.[1];
    if (name !== undefined) return packageOf(name);
  }
  return null;
}

/** Namespaces whose operators are for the CPU by nature: that one of them has nothing for CUDA tells nothing of the build. */
const FOR_CPU = /^(?:quantized|prepacked|mkldnn|mkl|static_runtime)/;

const BUILDS: readonly Sentence[] = [
  {
    // PyTorch's dispatcher. Of its own operators those that make a tensor tell that nothing for CUDA was registered at all.
    literal: "with arguments from the 'cuda' backend",
    pattern: /Could not run '(\w{2,40})::([\w.]{1,80})' with arguments from the 'CUDA' backend/,
    says: ([, space, operator]) => {
      if (space === 'aten') return operator!.startsWith('empty') ? withoutCuda('torch') : null;
      if (FOR_CPU.test(space!)) return null;
      // One wheel of it serves CPU and GPU: its part for CUDA is not loaded where it was built for another torch.
      return space!.startsWith('xformers') ? forOtherTorch('xformers') : withoutCuda(packageOf(space!));
    },
  },
  {
    // AttributeError: module 'torch._C' has no attribute '_cuda_setDevice'; ImportError: cannot import name '_cuda_...' from 'torch._C'
    literal: "'_cuda",
    pattern:
      /module 'torch\._C' has no attribute '_(?:cuda|Cuda)\w{2,60}'|cannot import name '_(?:cuda|Cuda)\w{2,60}' from 'torch\._C'/,
    says: () => withoutCuda('torch'),
  },
  {
    // torch.distributed of builds without CUDA, for which NCCL is not there
    literal: "distributed package doesn't have nccl built in",
    pattern: /Distributed package doesn't have NCCL built in/i,
    says: () => withoutCuda('torch'),
  },
  {
    // exllama, of its torch
    literal: 'and does not support cuda',
    pattern: /installed version of PyTorch is (\d[\d.]{2,10})(?:\+\w{1,12})? and does not support CUDA/i,
    says: ([, version]) => ({ kind: 'framework', name: 'torch', version: version!, build: 'cpu' }),
  },
  {
    // Detectron2 is not compiled with GPU support! This CTranslate2 package was not compiled with CUDA support; PyG, PyTorch3D: the words alone
    literal: ['not compiled with gpu', 'not compiled with cuda', 'compiled without cuda support'],
    pattern:
      /(?:\b(\w{2,40}) (?:package |version )?(?:is |was )?)?(?<!XGBoost version )not compiled with (?:GPU|CUDA)(?: offload)? support|library is compiled without CUDA support/i,
    says: ({ 1: name, input }, before) =>
      withoutCuda(
        /OpenCV\(/.test(input)
          ? 'opencv'
          : name === undefined || /^(?:error|warning)$/i.test(name)
            ? (packageAbove([input, ...before]) ?? (/--gpu-layers/.test(input) ? 'llama.cpp' : 'extension'))
            : packageOf(name),
      ),
  },
  {
    // mmcv
    literal: 'implementation for device cuda',
    pattern: /\w{2,60}_impl: implementation for device cuda(?::\d{1,2})? not found/i,
    says: () => withoutCuda('mmcv'),
  },
  {
    literal: 'requires cuda extensions',
    pattern: /\b(?:apex\.[\w.]{2,60}|FP16_Optimizer|FusedAdam|FusedLAMB) requires cuda extensions/i,
    says: () => withoutCuda('apex'),
  },
  {
    // The compiled part of a package that is there without it
    literal: "no module named '",
    pattern: /No module named '(amp_C|apex_C|fused_layer_norm_cuda|syncbn|mmcv\._ext)'/,
    says: ([, module]) => withoutCuda(module!.startsWith('mmcv') ? 'mmcv' : 'apex'),
  },
  {
    // DGL
    literal: ['device api cuda is not enabled', 'device api gpu is not enabled'],
    pattern: /Device API (?:cuda|gpu) is not enabled/i,
    says: () => withoutCuda('dgl'),
  },
  {
    // faiss-cpu
    literal: "module 'faiss' has no attribute",
    pattern: /module 'faiss' has no attribute '(?:StandardGpuResources|Gpu\w{2,40}|index_cpu_to_\w{2,40})'/,
    says: () => withoutCuda('faiss'),
  },
];

const FOR_OTHERS: readonly Sentence[] = [
  {
    // torchvision, torchaudio, PyG, and whoever took the check over: two sentences, which some wrap into two lines
    literal: ['detected that pytorch and ', ' has cuda version'],
    pattern:
      /PyTorch has CUDA version[= ](\d{1,2}\.\d{1,2}) (?:and|whereas) (\w{2,40}) has CUDA version[= ](\d{1,2}\.\d{1,2})|Detected that PyTorch and (\w{2,40}) were compiled with different CUDA/i,
    says: ([, found, name, expected, alone]) =>
      forOtherTorch(packageOf(name ?? alone!), found ?? null, expected ?? null),
  },
  {
    // What is imported where it can be, and is None where not: causal_conv1d_cuda.causal_conv1d_fwd(...) / AttributeError: 'NoneType' object ...
    literal: "'nonetype' object has no attribute '",
    pattern: /'NoneType' object has no attribute '(\w{2,60}?)_(?:fwd|bwd)'/,
    says: ([, called], before) =>
      forOtherTorch(
        packageOf(before.map((line) => /\b(\w{2,40})_cuda\./.exec(line)?.[1]).find(Boolean) ?? called!),
      ),
  },
  {
    literal: "couldn't load custom c++ ops",
    pattern: /Couldn't load custom C\+\+ ops/i,
    says: () => forOtherTorch('torchvision'),
  },
  {
    // DeepSpeed's operators that were compiled when it was installed; the versions stand in the next line
    literal: 'deepspeed ops were compiled and installed with a different version',
    pattern: /version mismatch! DeepSpeed ops were compiled and installed with a different version/i,
    says: () => forOtherTorch('deepspeed'),
  },
  {
    literal: ['shared object file for transformer engine', 'transformer engine package version mismatch'],
    pattern:
      /Could not find shared object file for Transformer Engine|Transformer Engine package version mismatch/i,
    says: () => forOtherTorch('transformer-engine'),
  },
];

export const family = familyOf('extensions of PyTorch', [...BUILDS, ...FOR_OTHERS]);
