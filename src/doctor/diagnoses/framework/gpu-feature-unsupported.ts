import { byHand, command, inPlaceOf } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep, type Heard } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import type { TestimonyOf } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'A program asks for something that this GPU, or its surroundings, do not offer',
  explainedBy: [
    { code: 'gpu-arch-not-in-build' },
    { code: 'driver-too-old-for-cuda' },
    // What an extension that was not loaded says of its operators counts for nothing.
    { code: 'extension-built-for-other-torch' },
  ],
  related: ['gpu-arch-not-in-build', 'pcie-acs-breaks-p2p', 'driver-too-old-for-cuda'],
  textSummary:
    'A program asks for something that this GPU, its driver or its surroundings (WSL, a container, a virtual machine) do not offer',
  hears: hearing(['error-code', 'architectures', 'trouble'], (one, all) => {
    switch (one.kind) {
      case 'error-code':
        // Programs try what they can do without, and print that it failed.
        return heardError(one, {
          'any feature': { severity: 'warning', confidence: 'possible', namesCause: true },
          'cuda topology': {
            severity: 'warning',
            confidence: 'likely',
            namesCause: true,
            summary:
              'These GPUs cannot reach each other directly: a program asked for it without asking first whether they can',
          },
        });
      case 'architectures':
        return one.speaker === 'xformers' &&
          all.of('trouble').some(({ what }) => what === 'input-fits-no-operator')
          ? null
          : ofArchitectures(one);
      case 'trouble':
        if (one.what === 'codec-refused')
          return {
            confidence: 'likely',
            namesCause: true,
            rank: 4,
            summary: `The video encoder of this GPU refuses: ${one.detail}`,
            fix: otherCodec(),
          };
        return one.what === 'kernel-too-large'
          ? {
              confidence: 'certain',
              namesCause: true,
              summary: `A kernel asks for more than this GPU has (${one.detail})`,
              fix: [SMALLER],
            }
          : null;
    }
  }),
  remedy: () => [
    command('see-gpu', 'See the GPU, its driver and its compute mode', ['nvidia-smi', '-q'], { root: false }),
    command('see-topology', 'See how the GPUs are connected', ['nvidia-smi', 'topo', '-p2p', 'r'], {
      root: false,
    }),
    byHand(
      'switch-off',
      'Switch it off in the program: most frameworks have a variable or an option for it (NCCL_P2P_DISABLE=1 for direct access between GPUs)',
    ),
  ],
};

/** What a program says of a GPU for which it has no code at all is gpu-arch-not-in-build's. */
function ofArchitectures({ speaker, outcome, wanted, there }: TestimonyOf<'architectures'>): Heard | null {
  const asked = outcome === 'unsupported' ? SPEAKERS[speaker] : undefined;
  if (asked === undefined) return null;
  const least = there?.[0];
  const has = wanted[0] === undefined ? '' : `; this GPU has ${wanted[0]}`;
  return {
    confidence: 'certain',
    namesCause: true,
    summary:
      least === undefined
        ? `${asked.what} is not made for ${wanted[0] === undefined ? 'this GPU' : `compute capability ${wanted[0]}`}`
        : `${asked.what} needs compute capability ${least} or newer${has}`,
    fix: asked.fix(least ?? null),
  };
}

interface Asked {
  what: string;
  /** @param least compute capability that it needs; null: not said */
  fix(least: string | null): FixStep[];
}

const otherAttention = (): FixStep[] => [
  byHand(
    'other-attention',
    'Let the program take another implementation of attention, which this GPU can run: PyTorch\'s own (attn_implementation="sdpa" in transformers), or that for older GPUs',
  ),
];

const SPEAKERS: Readonly<Record<string, Asked>> = {
  'flash-attn': { what: 'FlashAttention', fix: otherAttention },
  xformers: { what: 'An operator of xFormers', fix: otherAttention },
  vllm: {
    what: 'What vLLM was asked for (bfloat16, or a quantization)',
    fix: () => [
      byHand(
        'half',
        'Ask for half precision in the place of bfloat16 (--dtype half); of a quantization take a model in one that this GPU has',
      ),
    ],
  },
  'vllm backend': { what: 'The implementation of attention that vLLM was asked for', fix: otherAttention },
  program: {
    what: 'What the program was asked for',
    fix: () => [
      byHand(
        'do-without',
        'Ask the program for what this GPU has: another precision (half in the place of bfloat16 or FP8), another quantization, another implementation of attention or of the kernel',
      ),
    ],
  },
  'triton kernel': {
    what: 'A type or instruction of the kernel that Triton compiles',
    fix: () => [
      byHand(
        'other-type',
        'Ask the program for another precision or quantization (half precision in the place of FP8 or bfloat16), or for kernels that are not of Triton',
      ),
    ],
  },
  ctranslate2: {
    what: 'The type that CTranslate2 was asked to compute in',
    fix: () => [
      byHand(
        'compute-type',
        'Ask for a type that this device computes in (compute_type="int8" or "float32"; "auto" takes the fastest there is)',
      ),
      command(
        'see-gpu',
        'On a CPU half precision is never offered: see that the GPU is seen',
        ['nvidia-smi'],
        {
          root: false,
        },
      ),
    ],
  },
  ptxas: {
    what: 'The code that is compiled',
    fix: (least) => {
      const dotless = least?.replace('.', '') ?? '';
      const build = byHand(
        'build-for-newer',
        `In a build: name only architectures that have it (TORCH_CUDA_ARCH_LIST=${least}, CMAKE_CUDA_ARCHITECTURES=${dotless})`,
      );
      return [
        build,
        ...inPlaceOf(build.id, [
          byHand(
            'without-feature',
            'On a GPU that has it not: switch it off in the program (half precision in the place of bfloat16, for one)',
          ),
        ]),
      ];
    },
  },
};

const SMALLER = byHand(
  'smaller-blocks',
  'Give the kernel smaller blocks or fewer stages (BLOCK_SIZE, num_stages in Triton), or take a release of the program that is tuned for this GPU',
);

/** What each GPU encodes and decodes NVIDIA publishes; so is how many sessions it takes. */
const otherCodec = (): FixStep[] => [
  command(
    'see-sessions',
    'See whether other programs encode on this GPU: of consumer cards each takes a few sessions only',
    ['nvidia-smi', 'encodersessions'],
    { root: false },
  ),
  byHand(
    'other-codec',
    "Ask for a codec, size and pixel format that this GPU encodes (NVIDIA's table of what each GPU supports: developer.nvidia.com, Video Encode and Decode GPU Support Matrix), or let the CPU encode",
  ),
  byHand(
    'video-capability',
    'In a container: start it with NVIDIA_DRIVER_CAPABILITIES=compute,video,utility, so that the encoder is lent at all',
  ),
];
