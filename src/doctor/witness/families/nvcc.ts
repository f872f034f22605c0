/**
 * nvcc and what it runs (cicc, cudafe++, ptxas, nvlink, fatbinary), of all releases: which architectures they know, and what they miss.
 * Which release they are: environment.ts.
 *
 *     nvcc fatal   : Unsupported gpu architecture 'compute_120'
 *     ptxas fatal   : Value 'sm_121a' is not defined for option 'gpu-name'
 *     ptxas fatal   : Unsupported .target 'sm_89'
 *     nvlink fatal   : Input file 'a.o' newer than toolkit (122 vs 118)
 *     nvcc warning : The 'compute_35', 'sm_35' and 'sm_37' architectures are deprecated, and may be removed in a future release
 */
import { posix } from 'node:path';
import { cudaKnowingOption } from '../../../compat/nvcc-options.ts';
import { capabilitiesIn, capabilityOfArchitecture } from '../architecture-number.ts';
import { familyOf, type Sentence } from '../family.ts';
import { firstGroup, troubled } from '../said.ts';
import type { TestimonyKind } from '../testimony.ts';
import { dottedCapability } from '../versions.ts';

const TOOLS = String.raw`(?:nvcc|cicc|cudafe\+\+|ptxas|nvlink|fatbinary)`;

const QUOTE = String.raw`['"‘’\x60\\]{1,2}`;

/** Null for what is no number: whoever wrote "native" or "OFF" there has asked for no architecture. */
function unknownArchitecture(number: string, speaker: string): TestimonyKind | null {
  const wanted = capabilityOfArchitecture(number);
  if (wanted === null) return null;
  return { kind: 'architectures', wanted: [wanted], there: null, speaker, outcome: 'unknown-to-compiler' };
}

/** Null for what nvcc never knew, or always: the build gives it an option of the host compiler. */
function tooOldFor(option: string): TestimonyKind | null {
  const since = cudaKnowingOption(option);
  return since === null ? null : { kind: 'missing-toolkit', asker: 'nvcc', path: null, atLeast: since };
}

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'unsupported gpu architecture',
    pattern: new RegExp(`Unsupported gpu architecture ${QUOTE}(?:compute|sm|lto)_(\\d{2,3}[af]?)`, 'i'),
    says: ([, number]) => unknownArchitecture(number!, 'nvcc'),
  },
  {
    literal: 'is not defined for option',
    pattern: new RegExp(
      `Value ${QUOTE}(?:compute|sm|lto)_(\\d{2,3}[af]?)${QUOTE} is not defined for option ${QUOTE}(gpu-name|gpu-architecture|gpu-code|arch)`,
      'i',
    ),
    // ptxas calls its option gpu-name, nvcc gpu-architecture and gpu-code.
    says: ([, number, option]) =>
      unknownArchitecture(number!, option!.toLowerCase() === 'gpu-name' ? 'ptxas' : 'nvcc'),
  },
  {
    // ptxas fatal   : Unsupported .target 'sm_89'; ptxas application ptx input, line 9; fatal   : Unsupported .target 'sm_86';
    // PTX .version 7.4 does not support .target sm_90
    literal: ['unsupported .target ', 'does not support .target '],
    pattern: new RegExp(
      `(?:Unsupported \\.target ${QUOTE}|PTX \\.version [\\d.]{1,5} does not support \\.target )sm_(\\d{2,3}[af]?)`,
      'i',
    ),
    says: ([, number]) => unknownArchitecture(number!, 'ptxas'),
  },
  {
    // Of what PTX can say, all ages: Feature '.bf16' requires .target sm_80 or higher; Modifier '.m8n8' requires ...
    literal: 'requires .target sm_',
    pattern: /requires \.target sm_(\d{2,3}[af]?)(?: or higher)?/i,
    says: ([, number]) => {
      const least = capabilityOfArchitecture(number!);
      return least === null
        ? null
        : { kind: 'architectures', wanted: [], there: [least], speaker: 'ptxas', outcome: 'unsupported' };
    },
  },
  troubled(
    'ptx-too-new',
    'unsupported .version',
    /Unsupported \.version ([\d.]{1,5}); current version is/i,
    firstGroup,
  ),
  {
    // nvlink fatal   : Input file 'libcudadevrt.a:cuda_device_runtime.o' newer than toolkit (122 vs 118)
    literal: 'newer than toolkit (',
    pattern: /Input file ['"‘]?([^'"’\n]{1,200})['"’]? newer than toolkit \((\d{2,3}) vs (\d{2,3})\)/i,
    says: ([, file, found, own]) => ({
      kind: 'version-mismatch',
      of: 'cuda',
      found: dottedCapability(found!),
      expected: dottedCapability(own!),
      atLeast: false,
      atMost: true,
      asker: posix.basename(file!),
    }),
  },
  {
    literal: 'must be recompiled with toolkit >= cuda',
    pattern:
      /Input file ['"‘]?([^'"’\n]{1,200})['"’]? must be recompiled with toolkit >= Cuda (\d{1,2}\.\d)/i,
    says: ([, file, least]) => ({
      kind: 'version-mismatch',
      of: 'cuda',
      found: null,
      expected: least!,
      atLeast: true,
      asker: posix.basename(file!),
    }),
  },
  {
    literal: ['architectures are deprecated', 'architecture is deprecated'],
    pattern: /\bThe ('[\w', ]{1,400}) (?:architectures are|architecture is) deprecated/i,
    says: ([, list]) => {
      const there = capabilitiesIn(list!);
      return there.length === 0 ? null : deprecated(there);
    },
  },
  {
    // 12.8 and later: Support for offline compilation for architectures prior to '<compute/sm/lto>_75' will be removed
    literal: 'offline compilation for architectures prior to',
    pattern: /offline compilation for architectures prior to '[^']{0,20}_(\d{2,3})' will be removed/i,
    says: ([, number]) => {
      const first = capabilityOfArchitecture(number!);
      return first === null ? null : deprecated([], [first]);
    },
  },
  {
    // Images: nvidia/cuda:11.3.1-cudnn8-devel-ubuntu20.04
    literal: 'nvidia/cuda:',
    pattern:
      /nvidia\/cuda:(\d{1,2}\.\d)[\d.]{0,4}-[\w.-]{0,60}?(?:devel|runtime|base)-(ubuntu|centos|rockylinux|ubi)(\d{1,2}(?:\.\d\d)?)/i,
    says: ([, version, id, release]) => [
      { kind: 'container' },
      { kind: 'version', of: 'cuda', version: version! },
      { kind: 'distribution', id: DISTRIBUTIONS_OF_IMAGES[id!.toLowerCase()]!, version: release! },
    ],
  },
  {
    // clang by its number: 40000 is 4.0.0
    literal: 'of the host compiler (',
    pattern: /The version \('(\d{3,6})'\) of the host compiler \('(?:Apple )?clang'\) is not supported/i,
    says: ([, number]) => ({
      kind: 'version-mismatch',
      of: 'clang',
      found: [10000, 100, 1].map((unit) => Math.trunc(Number(number) / unit) % 100).join('.'),
      expected: null,
      atLeast: false,
    }),
  },
  {
    // Unknown option '--threads'; Unknown option '-static-global-template-stub=false'; Value 'c++17' is not defined for option 'std'
    literal: ['unknown option ', ' is not defined for option '],
    pattern: new RegExp(
      `(?:Unknown option ${QUOTE}([\\w+=.-]{1,80})|Value ${QUOTE}([\\w+.-]{1,40})${QUOTE} is not defined for option ${QUOTE}([\\w-]{1,40}))`,
      'i',
    ),
    says: ({ 1: option, 2: value, 3: of, input }) =>
      /\bnvcc\b/.test(input) ? tooOldFor(option ?? `${of}=${value}`) : null,
  },
  {
    // nvcc calls its own parts: an option that one of them does not know another release gave it.
    literal: ['fatbinary fatal', 'cicc fatal', 'nvlink fatal', 'cudafe++ fatal', 'ptxas fatal'],
    pattern: new RegExp(
      `\\b(fatbinary|cicc|nvlink|cudafe\\+\\+|ptxas) fatal {0,4}: Unknown option ${QUOTE}(-{1,2}[\\w-]{1,40})`,
      'i',
    ),
    says: ([, part, option]) => ({
      kind: 'trouble',
      what: 'toolkit-mixed',
      detail: `${part} does not know ${option}, which nvcc gives it`,
    }),
  },
  {
    // ptxas error   : Entry function '_Z3foo' uses too much shared data (0xc400 bytes, 0xc000 max)
    literal: 'uses too much shared data (',
    pattern: /uses too much shared data \((0x[\da-f]{1,8}) bytes, (0x[\da-f]{1,8}) (?:bytes )?max/i,
    says: ([, wanted, there]) => ({
      kind: 'trouble',
      what: 'kernel-too-large',
      detail: `shared memory: ${Number(wanted)} wanted, ${Number(there)} there`,
    }),
  },
  {
    literal: 'memory allocation failure',
    pattern: new RegExp(`\\b(${TOOLS}) {1,2}fatal {0,4}: Memory allocation failure`, 'i'),
    says: ([, program]) => ({ kind: 'out-of-host-memory', program: program! }),
  },
  troubled(
    'gcc-not-accepted',
    ['no supported gcc/g++ host compiler found', 'failed to preprocess host compiler properties'],
    /No supported gcc\/g\+\+ host compiler found|Failed to preprocess host compiler properties/i,
  ),
  {
    // An nvcc that is a copy, or a link without its nvcc.profile beside it
    literal: 'path to libdevice library not specified',
    pattern: /Path to libdevice library not specified/i,
    says: () => ({ kind: 'missing-toolkit', asker: 'nvcc', path: null }),
  },
  {
    literal: 'died due to signal',
    pattern: new RegExp(`'(${TOOLS})' died due to signal 9`, 'i'),
    says: ([, program]) => ({ kind: 'out-of-host-memory', program: program! }),
  },
  {
    literal: 'cannot find compiler',
    pattern: new RegExp(`Cannot find compiler ${QUOTE}([\\w+./-]{1,80})`, 'i'),
    says: ([, program]) => ({ kind: 'missing-program', program: program! }),
  },
  {
    // sh: 1: cicc: not found: half a toolkit
    literal: ['cicc: ', 'cudafe++: ', 'ptxas: ', 'fatbinary: ', 'nvlink: '],
    pattern: /\b(cicc|cudafe\+\+|ptxas|fatbinary|nvlink): (?:command )?not found/i,
    says: ([, program]) => ({ kind: 'missing-program', program: program! }),
  },
];

const DISTRIBUTIONS_OF_IMAGES: Readonly<Record<string, string>> = {
  ubuntu: 'ubuntu',
  centos: 'centos',
  rockylinux: 'rocky',
  ubi: 'rhel',
};

function deprecated(wanted: readonly string[], there: readonly string[] | null = null): TestimonyKind {
  return { kind: 'architectures', wanted, there, speaker: 'nvcc', outcome: 'deprecated' };
}

export const family = familyOf('nvcc', SENTENCES, [
  {
    literal: [' fatal', ' error', "' died due to signal"],
    pattern: new RegExp(`^.{0,12}\\b${TOOLS} {1,2}(?:fatal|error) {0,4}:`, 'i'),
  },
]);
