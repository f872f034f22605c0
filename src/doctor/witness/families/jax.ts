/**
 * JAX, and XLA under it, which TensorFlow prints too.
 *
 *     CUDA backend failed to initialize: Found cuDNN version 8600, but JAX was built against version 8902, which is newer.
 *     libdevice not found at ./libdevice.10.bc
 */
import { familyOf, type Sentence } from '../family.ts';
import { mismatch } from '../said.ts';
import type { Versioned } from '../testimony.ts';
import { dottedCuda, dottedCudnn } from '../versions.ts';

/** JAX checks each of CUDA's libraries; what is no table's of ours is CUDA. */
const jaxPart = (name: string): Versioned => (/^cudnn$/i.test(name) ? 'cudnn' : 'cuda');
const jaxVersion = (name: string, number: string): string =>
  /^cudnn$/i.test(name) ? dottedCudnn(number) : dottedCuda(Number(number));

const XLA: readonly Sentence[] = [
  {
    // What XLA takes of the toolkit: the bitcode of device functions, and ptxas. TensorFlow and JAX print its words.
    literal: ['libdevice', 'invoke ptxas'],
    pattern:
      /libdevice not found at |Can't find libdevice directory|libdevice is required by this HLO module but was not found|Couldn't invoke ptxas/i,
    // Without ptxas the driver compiles: where XLA only warns of it, the work goes on.
    says: ({ 0: words, input }) =>
      words.endsWith('ptxas') && /(?:^|: )W \S{3,200}\.cc:\d/.test(input)
        ? null
        : { kind: 'missing-toolkit', asker: 'xla', path: null },
  },
];

const JAX: readonly Sentence[] = [
  {
    literal: 'but jax was built against version',
    pattern: /Found (\w{3,10}) version (\d{4,6}), but JAX was built against version (\d{4,6})/i,
    says: ([, name, found, expected]) =>
      mismatch(jaxPart(name!), jaxVersion(name!, found!), jaxVersion(name!, expected!), true),
  },
  {
    // Its four lines: Outdated NAME installation found. / Version JAX was built against: N / Minimum supported: N / Installed version: N
    literal: 'outdated cu',
    pattern: /Outdated (cu\w{2,10}) installation found/i,
    says: ([, name]) => mismatch(jaxPart(name!), null, null, true),
  },
  {
    literal: 'minimum supported: ',
    pattern: /^\s{0,8}Minimum supported: (\d{4,6})\s{0,4}$/i,
    says: ([, least]) => ({ kind: 'version', of: 'cudnn-of-build', version: dottedCudnn(least!) }),
  },
  {
    literal: 'installed version: ',
    pattern: /^\s{0,8}Installed version: (\d{4,6})\s{0,4}$/i,
    says: ([, found]) => ({ kind: 'version', of: 'cudnn', version: dottedCudnn(found!) }),
  },
  {
    // Its plugin for CUDA is a package of its own, and must be of the release of jaxlib.
    literal: 'but it is not compatible with the installed jaxlib version',
    pattern:
      /JAX plugin \w{2,40} version (\d[\w.+]{1,20}) is installed, but it is not compatible with the installed jaxlib version (\d[\w.+]{1,20})/i,
    says: ([, found, expected]) => mismatch('jax', found!, expected!.replace(/\.$/, ''), false),
  },
  {
    literal: ['mismatched pjrt plugin', 'jax plugin configuration error'],
    pattern:
      /Mismatched PJRT plugin PJRT API version|Jax plugin configuration error: Exception when calling jax_plugins/i,
    says: () => mismatch('jax', null, null, false),
  },
  {
    // jaxlib version 0.4.30 is newer than and incompatible with jax version 0.4.20.
    literal: 'incompatible with jax version',
    pattern:
      /jaxlib (?:version )?(\d[\w.+]{1,20}) is (?:newer|older) than and incompatible with jax version (\d[\w.+]{1,20})/i,
    says: ([, found, expected]) => mismatch('jax', found!, expected!.replace(/\.$/, ''), false),
  },
  {
    literal: 'a cuda-enabled jaxlib is not installed',
    pattern: /a CUDA-enabled jaxlib is not installed/i,
    says: () => ({ kind: 'framework', name: 'jax', version: null, build: 'cpu' }),
  },
];

export const family = familyOf(
  'JAX and XLA',
  [...XLA, ...JAX],
  [{ literal: 'cuda backend failed to initialize', pattern: /CUDA backend failed to initialize/i }],
);
