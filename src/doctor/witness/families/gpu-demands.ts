/**
 * What programs demand of a GPU, and this one has not: the words differ, the grammar is one of "compute capability N or higher", the name
 * of an architecture, or its number. A line that only warns is none: the program goes on without.
 *
 *     ValueError: FP8 quantized models is only supported on GPUs with compute capability >= 8.9 (e.g 4090/H100), actual = `8.6`
 *     AssertionError: Device compute capability 8.9 or higher required for FP8 execution.
 *     RuntimeError: FlashMLA Sparse is only supported on Hopper and Blackwell devices.
 *     RuntimeError: SGLang only supports sm75 and above.
 *     ValueError("type fp8e4nv not supported in this architecture. The supported fp8 dtypes are ('fp8e4b15', 'fp8e5')")
 */
import { firstCapabilityOf } from '../../../compat/gpus.ts';
import { capabilityOfArchitecture } from '../architecture-number.ts';
import { familyOf, type Sentence } from '../family.ts';
import { numbered } from '../said.ts';
import type { TestimonyKind } from '../testimony.ts';

/** Levels of a log, of Python's warnings and of DeepSpeed's report: what is said at them ends nothing. */
const WARNS_ONLY = /\b(?:WARN(?:ING)?|INFO|DEBUG)\b|\w{0,20}Warning:/;

/** Null where nothing is demanded that could be named, or it is only warned of. */
function demanded(match: RegExpExecArray, least: string | null): TestimonyKind[] | null {
  const before = match.input.slice(0, match.index);
  if (least === null || WARNS_ONLY.test(before) || FLASH.test(match.input)) return null;
  const own = OWN.exec(match.input.slice(match.index + match[0].length))?.[1];
  return [
    ...(own === undefined ? [] : [{ kind: 'gpu', name: null, computeCapability: own } as const]),
    {
      kind: 'architectures',
      wanted: own === undefined ? [] : [own],
      there: [least],
      speaker: 'program',
      outcome: 'unsupported',
    },
  ];
}

/** actual = `8.6`; but found 7.5; your GPU has compute capability 7.5 */
const OWN = /\b(?:actual|found|got|has|have|is|capability:?)\b[^\d]{1,40}(\d{1,2}\.\d)\b/;

/** torch.ts knows what it says. */
const FLASH = /flash[- ]?attention/i;

const DEMANDS: readonly Sentence[] = [
  {
    // ... requires a GPU with compute capability 8.0; only supported on GPUs with compute capability >= 8.9; a compute capability of at least 7.5
    literal: 'compute capability',
    pattern:
      /\b(?:requires?|required|needs?|only supports?|supported (?:on|for))\b.{0,80}?\bcompute capability (?:of )?(?:at least |>= ?|≥ ?)?\(?(\d{1,2}\.\d)(?!.{0,20} Your )/i,
    says: (match) => demanded(match, match[1]!),
  },
  {
    // compute capability 8.9 or higher required; (Compute Capability 7.0) or newer architecture is required
    literal: 'compute capability',
    pattern:
      /\bcompute capability (?:>= ?)?(\d{1,2}\.\d)\)? or (?:higher|newer|above|greater|later|better)\b.{0,60}\brequired\b/i,
    says: (match) => demanded(match, match[1]!),
  },
  {
    // by the name of the architecture
    literal: [' volta', ' turing', ' ampere', ' ada', ' hopper', ' blackwell'],
    pattern:
      /\b(?:only supports?|only (?:be )?supported (?:on|for)|only available (?:on|for)|requires?|only works on|need torch>=[\d.]{1,8}, using) (?:an? )?(?:NVIDIA )?(Volta|Turing|Ampere|Ada|Hopper|Blackwell)(?: Lovelace)?(?: and \w{3,12})?(?: or (?:newer|later|above|higher))?(?: (?:GPUs?|devices?|architecture))/i,
    says: (match) => demanded(match, firstCapabilityOf(match[1]!)),
  },
  {
    // by its number: ptxas, which names a target, is nvcc.ts'
    literal: [' sm'],
    pattern:
      /\b(?:only supports?|only supported on|requires?)(?: GPUs? with)? (sm_?\d{2,3}a?)\+?(?: or | and |,|\/|\.|$| \()/i,
    says: (match) => demanded(match, capabilityOfArchitecture(match[1]!.replace(/^sm_?/i, 'sm_'))),
  },
];

const TYPES: readonly Sentence[] = [
  {
    // FlashInfer, of what needs NVLink's switches
    literal: 'device does not support multicasting',
    pattern: /\bDevice does not support multicasting/i,
    says: () => numbered('cuda', 801),
  },
  {
    // Triton's types, and LLVM's instructions under it
    literal: ['not supported in this architecture', 'cannot select: intrinsic %llvm.nvvm'],
    pattern:
      /\btype \w{2,12} not supported in this architecture|LLVM ERROR: Cannot select: intrinsic %llvm\.nvvm/i,
    says: () => ({
      kind: 'architectures',
      wanted: [],
      there: null,
      speaker: 'triton kernel',
      outcome: 'unsupported',
    }),
  },
  {
    // Unsloth, of what vLLM does for it
    literal: 'your gpu is too old',
    pattern: /: Your GPU is too old/i,
    says: () => ({
      kind: 'architectures',
      wanted: [],
      there: null,
      speaker: 'program',
      outcome: 'unsupported',
    }),
  },
  {
    // CTranslate2, and what is built on it
    literal: 'compute type, but the target device or backend do not support',
    pattern: /Requested \w{3,20} compute type, but the target device or backend do not support/i,
    says: () => ({
      kind: 'architectures',
      wanted: [],
      there: null,
      speaker: 'ctranslate2',
      outcome: 'unsupported',
    }),
  },
];

export const family = familyOf('demands on a GPU', [...DEMANDS, ...TYPES]);
