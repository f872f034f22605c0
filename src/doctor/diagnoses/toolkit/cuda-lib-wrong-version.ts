import type { Facts } from '../../../machine/facts.ts';
import { releasesOfSoname } from '../../../compat/sonames.ts';
import { meansVersion } from '../../../compat/version-range.ts';
import { majorMinor } from '../../../compat/dotted-version.ts';
import { posix } from 'node:path';
import { kindOfLibrary } from '../../library-kind.ts';
import { buildFor } from '../../fix/framework.ts';
import { supplyLibrary } from '../../fix/library.ts';
import { byHand, inPlaceOf, script } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import { missingFinding, missingLibraries } from '../../question/needed-libraries.ts';
import { hearing, type DiagnosisDefinition, type Heard } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';
import type { TestimonyOf, Witness } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'The CUDA library is there in another version',
  related: ['cuda-lib-not-found', 'tf-built-for-other-cuda', 'conda-shadows-cuda'],
  textSummary: 'The program was built for another CUDA than the one it finds here',
  hears: hearing(
    ['missing-library', 'missing-symbol', 'version-mismatch', 'error-code', 'trouble'],
    (one, all, facts) => {
      switch (one.kind) {
        case 'error-code':
          return heardError(one, {
            'cuda 302': { confidence: 'possible' },
            // The other half of the compiler, or what compiles for it, is of another release.
            'nvrtc path': { confidence: 'likely', namesCause: true },
            'nvvm path': { confidence: 'likely', namesCause: true },
          });
        case 'trouble':
          return heardTrouble(one, {
            'library-outdated': {
              confidence: 'certain',
              namesCause: true,
              summary: `JAX finds ${one.detail}: an older one stands before its own`,
            },
            'provider-not-loaded': {
              confidence: 'possible',
              rank: 5,
              summary: `ONNX Runtime could not load its part for ${one.detail}: most often its CUDA or cuDNN is not the one that is here`,
              fix: buildFor('onnxruntime', {}, facts),
            },
            'handle-not-made': { confidence: 'possible' },
          });
        case 'missing-library':
          return ofLibrary(one, all, facts);
        case 'missing-symbol':
          return ofSymbol(one);
        case 'version-mismatch':
          return ofVersions(one, all, facts);
      }
    },
  ),
  judge: (facts, question) =>
    missingLibraries(facts, question, 'cuda')
      .filter(({ one, others }) => one.framework !== 'tensorflow' && others.length > 0)
      .map((missing) => missingFinding(missing, facts)),
  remedy: (facts) => [
    script(
      'see-libraries',
      "See which of NVIDIA's libraries pip has brought, and in which versions",
      'pip list | grep -i nvidia',
      { root: false },
    ),
    script('no-shadow', 'Let no other CUDA stand before them', 'unset LD_LIBRARY_PATH', { root: false }),
    ...inPlaceOf('no-shadow', [
      byHand('other-package', 'Or take the package that was built for the CUDA that is here'),
      ...supplyCuda({ cuda: null }, facts),
    ]),
  ],
};

/** A Python package was built for one CUDA; a program of one's own is linked with the one that is there. */
function ofLibrary(
  { soname, asker, by }: TestimonyOf<'missing-library'>,
  all: Witness,
  facts: Facts,
): Heard | null {
  if (/^libbitsandbytes_cuda/.test(soname))
    return {
      confidence: 'likely',
      namesCause: true,
      summary: `The installed bitsandbytes brings no ${soname}: it was not built for the CUDA of this PyTorch`,
      fix: buildFor('bitsandbytes', {}, facts),
    };
  const versioned = /\.so\.\d/.test(soname) && kindOfLibrary(soname) === 'cuda';
  if (!versioned || by !== 'dlopen' || asker === null || !OF_PYTHON.test(asker)) return null;
  const shipped = shippedBy(soname);
  const here = all.of('version').filter(({ of }) => of === 'cuda');
  // Where it is of a CUDA that the text names as one that is here, only the loader does not find it.
  if (here.some(({ version }) => shipped.some((release) => meansVersion(version, release)))) return null;
  const other = here[0]?.version;
  return {
    confidence: 'likely',
    namesCause: true,
    rank: other === undefined ? 0 : 3,
    summary:
      `The Python package was built for the CUDA of ${soname}, which is not here` +
      (other === undefined ? '' : `: this is CUDA ${other}`),
    fix: supplyLibrary(soname, facts, 'python'),
  };
}

/** JAX and ONNX Runtime say themselves which CUDA they were built for. */
function ofVersions(one: TestimonyOf<'version-mismatch'>, all: Witness, facts: Facts): Heard | null {
  const { of, found, expected, atLeast, asker } = one;
  // What one file of a build was made with is mixed-cuda-on-path's.
  if (of !== 'cuda' || expected === null || asker !== undefined) return null;
  const speaker = all.near(one, 'framework')?.name ?? 'The framework';
  return {
    // What is not here need not be of another version: a missing library explains it better.
    confidence: found === null ? 'likely' : 'certain',
    namesCause: true,
    summary: `${speaker} was built for CUDA ${expected}${atLeast ? ' or newer' : ''} and finds ${found === null ? 'none of its libraries' : found} here`,
    fix: supplyCuda({ cuda: majorMinor(expected) ?? expected }, facts),
  };
}

/** Tables know the newer ones; older libraries bear their release in the name. */
function shippedBy(soname: string): readonly string[] {
  const known = releasesOfSoname(soname);
  const own = /\.so\.(\d{1,2}\.\d)$/.exec(soname)?.[1];
  return known.length > 0 || own === undefined ? known : [own];
}

const OF_PYTHON = /^(?:python|torch|onnxruntime|cupy|lib\w{0,60}\.so)/;

/** Of two libraries of CUDA one asks the other for what it does not have. */
function ofSymbol({ file, symbol, versionNode, by }: TestimonyOf<'missing-symbol'>): Heard | null {
  // Whom the linker was not told of, cuda-lib-not-found knows.
  if (by === 'linker' && versionNode === null) return null;
  const asker = file === null ? null : kindOfLibrary(posix.basename(file));
  const asked = versionNode === null ? null : kindOfLibrary(versionNode);
  if (asker !== 'cuda' && asked !== 'cuda') return null;
  const what = versionNode === null || versionNode === symbol ? symbol : `${symbol} of ${versionNode}`;
  return {
    // A version node is the library's own name for the release.
    confidence: versionNode === null ? 'likely' : 'certain',
    namesCause: true,
    rank: 1,
    summary: `${file === null ? 'A library' : posix.basename(file)} asks for ${what}, which the library that is loaded does not have`,
  };
}
