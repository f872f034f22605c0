/**
 * Programs that asked for a GPU, were told that there is none, and end at it: what stands on PyTorch asks torch.cuda.is_available(), others
 * ask by themselves. Why there is none (a build without CUDA, no driver, a container without a GPU) none of them knows.
 *
 *     RuntimeError: Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False.
 *     RuntimeError: 0 active drivers ([]). There should only be one.
 *     AssertionError: Torch is not able to use GPU; add --skip-torch-cuda-test to COMMANDLINE_ARGS variable to disable this check
 *     MisconfigurationException: `CUDAAccelerator` can not run on your system since the accelerator is not available.
 *     WARNING: No NVIDIA/AMD GPU detected. Ollama will run in CPU-only mode.
 */
import { familyOf, type Sentence } from '../family.ts';
import { numbered, troubled } from '../said.ts';

const asksTorch = (literal: string | readonly string[], pattern: RegExp): Sentence =>
  troubled('no-gpu-seen', literal, pattern, () => 'torch');

const TORCH: readonly Sentence[] = [
  // torch.load, and the line of a traceback where a program insists
  asksTorch(
    ['but torch.cuda.is_available() is false', 'assert torch.cuda.is_available()'],
    /but torch\.cuda\.is_available\(\) is False|^\s{0,12}assert torch\.cuda\.is_available\(\)/,
  ),
  asksTorch('no gpus found!', /ProcessGroupNCCL is only supported with GPUs, no GPUs found!/i),
  // Triton, which counts the back ends that are active
  asksTorch('0 active drivers (', /\b0 active drivers \(\[\]\)\. There should only be one/i),
  // stable-diffusion-webui and what was made from it
  asksTorch('torch is not able to use gpu', /Torch is not able to use GPU/i),
  // torch.utils.cpp_extension: a note, since it can compile all the same
  troubled(
    'no-gpu-seen',
    'no cuda runtime is found, using cuda_home=',
    /No CUDA runtime is found, using CUDA_HOME=/i,
    () => 'torch.utils.cpp_extension',
  ),
];

const ON_TORCH: readonly Sentence[] = [
  // Ultralytics: the line under "Invalid CUDA 'device=0' requested"; YOLOv5's one line for the same
  asksTorch(
    ['torch.cuda.is_available(): false', "invalid cuda '--device ", 'cuda unavailable, invalid device'],
    /torch\.cuda\.is_available\(\): False|Invalid CUDA '--device \S{1,20}' requested|CUDA unavailable, invalid device/i,
  ),
  {
    // ... and where there are some, fewer than were asked for: torch.cuda.device_count(): 1
    literal: 'torch.cuda.device_count(): ',
    pattern: /torch\.cuda\.device_count\(\): [1-9]/,
    says: (_, before) =>
      before.some((line) => /Invalid CUDA 'device=/.test(line)) ? numbered('cuda', 101) : null,
  },
  // transformers, accelerate, AutoGPTQ, AutoAWQ
  asksTorch(
    [
      'is needed for quantization',
      'gpu is required to ',
      '--fp16_full_eval`) can only be used on cuda',
      'fp16 mixed precision requires a ',
      'make sure torch can access a cuda device',
      'available_devices = none',
    ],
    /No GPU(?: or (?:Intel )?XPU)? found\. A GPU.{0,40} is needed for quantization|GPU is required to (?:quantize|run|load)|--fp16_full_eval`\) can only be used on CUDA|fp16 mixed precision requires a (?:GPU|device in .{1,200}) ?\(not '?cpu|make sure torch can access a CUDA device|`available_devices = None` are supported/i,
  ),
  // bitsandbytes, which took the library without CUDA for it, and does not find that either
  asksTorch(
    "your torch installation doesn't detect cuda",
    /your torch installation doesn't detect CUDA on your machine/i,
  ),
  // Lightning of all ages
  asksTorch(
    [
      'no supported gpu backend found',
      'accelerator` can not run on your system',
      'but none are available',
      'no visible cuda devices on this machine',
      'but your machine only has: []',
    ],
    /No supported gpu backend found|`(?:CUDA|GPU)Accelerator` can not run on your system|GPUs?(?: requested| ?),? but none are available|no visible CUDA devices on this machine|But your machine only has: \[\]/i,
  ),
  {
    literal: 'but your machine only has: [',
    pattern: /But your machine only has: \[\d/i,
    says: () => numbered('cuda', 101),
  },
  // DeepSpeed: its launcher, and its builder where it is told of no architecture
  asksTorch(
    ['no gpu resources available', 'found no cuda devices'],
    /Unable to proceed, no GPU resources available|builder for '\w{2,40}' found no CUDA devices/i,
  ),
  // Whoever else raises it: RuntimeError: CUDA is not available
  asksTorch(
    ['cuda is not available', 'cuda not available', 'cuda is unavailable', 'cuda unavailable'],
    /\b\w{0,40}(?:Error|Exception): .{0,80}\bCUDA (?:is )?(?:not available|unavailable)/i,
  ),
];

const OTHERS: readonly Sentence[] = [
  // llama.cpp: no back end for a GPU was built, or none found one
  troubled(
    'no-gpu-seen',
    'no usable gpu found',
    /no usable GPU found, --(?:gpu-layers|n-gpu-layers|device) option will be ignored/i,
    () => 'llama.cpp',
  ),
  // ollama's installer; cuDF
  troubled(
    'no-gpu-seen',
    ['no nvidia/amd gpu detected', 'warning: no nvidia gpu detected'],
    /No NVIDIA\/AMD GPU detected\. Ollama|UserWarning: No NVIDIA GPU detected/i,
    ([words]) => (/ollama/i.test(words) ? 'ollama' : 'cudf'),
  ),
];

export const family = familyOf('programs that see no GPU', [...TORCH, ...ON_TORCH, ...OTHERS]);
