/**
 * Words that name what runs: Python, frameworks with their builds, the toolkit. Written by pip, conda, nvcc, tracebacks, and reports of
 * frameworks about their environment.
 *
 *     torch==2.0.1+cu118                        pytorch  1.7.1  py3.8_cuda11.0.221_cudnn8.0.5_0  pytorch
 *     Cuda compilation tools, release 10.0, V10.0.130
 *     File "/usr/lib/python3.10/site-packages/torch/__init__.py", line 229
 */
import { familyOf, type Sentence } from '../family.ts';
import type { TestimonyKind, Versioned } from '../testimony.ts';

const FRAMEWORKS = 'pytorch|torch|tensorflow|jaxlib|jax|onnxruntime|tensorrt|bitsandbytes|flash[-_]attn|vllm';

const named = (name: string): string =>
  name.toLowerCase().replace('pytorch', 'torch').replace('jaxlib', 'jax').replace('_', '-');

const version = (of: Versioned, text: string): TestimonyKind => ({ kind: 'version', of, version: text });

const SENTENCES: readonly Sentence[] = [
  {
    // pip freeze, pip list, a requirement, a wheel's name, a form: torch==2.0.1+cu118, tensorflow-gpu 1.13.1, PyTorch version: 2.1.0
    literal: ['torch', 'tensorflow', 'jax', 'onnxruntime', 'tensorrt', 'bitsandbytes', 'flash', 'vllm'],
    pattern: new RegExp(
      `(?<![\\w./-])(${FRAMEWORKS})(?:[-_](?:gpu|cuda))?(?:==|-| version(?: is)?:? |:? {1,30})v?(\\d{1,4}\\.\\d{1,4}(?:\\.\\d{1,4})?)(?:(?:rc|a|b|\\.post|\\.dev)\\d{1,9})?(?:\\+([a-z][\\w.]{1,30}))?(?![\\w.]*[\\w])`,
      'i',
    ),
    says: ([, name, found, build]) => ({
      kind: 'framework',
      name: named(name!),
      version: found!,
      build: build ?? null,
    }),
  },
  {
    // conda list: pytorch  1.7.1  py3.8_cuda11.0.221_cudnn8.0.5_0
    literal: '_cuda',
    pattern:
      /^\s{0,8}(pytorch)\s{1,40}(\d{1,3}\.\d{1,3}(?:\.\d{1,3})?)\s{1,40}py[\d.]{1,5}_cuda(\d{1,2}\.\d)/,
    says: ([, , found, cuda]) => ({
      kind: 'framework',
      name: 'torch',
      version: found!,
      build: `cu${cuda!.replace('.', '')}`,
    }),
  },
  {
    // The file of a traceback's frame: whose code it was that ran
    literal: '-packages/',
    pattern: new RegExp(`File "[^"]{1,300}-packages/(${FRAMEWORKS})/`),
    says: ([, name]) => ({ kind: 'framework', name: named(name!), version: null, build: null }),
  },
  {
    // Cuda compilation tools, release 10.0, V10.0.130
    literal: 'cuda compilation tools',
    pattern: /Cuda compilation tools, release \d{1,2}\.\d{1,2}, V(\d{1,2}\.\d{1,2}\.\d{1,4})/,
    says: ([, found]) => version('cuda', found!),
  },
  {
    literal: '/cuda-',
    pattern: /\/cuda-(\d{1,2}\.\d{1,2})(?=[/'":\s]|$)/,
    says: ([, found]) => version('cuda', found!),
  },
  {
    literal: 'cuda used to build pytorch: ',
    pattern: /CUDA used to build PyTorch: (\d{1,2}\.\d{1,2})/,
    says: ([, found]) => version('cuda-of-framework', found!),
  },
  {
    // The folder of the Python that runs; a form; the interpreter's own first line
    literal: '/python',
    pattern: /\/lib(?:64)?\/python(\d\.\d{1,2})\//,
    says: ([, found]) => ({ kind: 'python', version: found! }),
  },
  {
    literal: 'python',
    pattern: /\bPython(?: version)?:? ([23]\.\d{1,2}(?:\.\d{1,2})?)(?![\w.]*\d)/i,
    says: ([, found]) => ({ kind: 'python', version: found!.split('.').slice(0, 2).join('.') }),
  },
];

export const family = familyOf('environment', SENTENCES);
