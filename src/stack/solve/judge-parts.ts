/** Whether a candidate is what is wanted besides the framework: this CUDA, this cuDNN, this compiler, this Python. */
import { compilerAccepted } from '../../compat/rules/compiler-accepted.ts';
import { cudnnFits } from '../../compat/rules/cudnn-fits.ts';
import { compareDottedVersions, majorOf } from '../../compat/dotted-version.ts';
import type { FrameworkBuild } from '../../compat/frameworks.ts';
import { hostCompilersForCuda } from '../../compat/host-compilers.ts';
import type { Judgement } from '../../compat/rules/judgement.ts';
import { judged, knownField, refused } from '../../compat/rules/judged.ts';
import { ncclFits } from '../../compat/rules/nccl-fits.ts';
import { pythonAccepted } from '../../compat/rules/python-accepted.ts';
import { buildInWords } from '../../compat/rules/words.ts';
import type { Wanted } from '../types.ts';
import { versionsMeant } from '../wanted-version.ts';
import type { Candidate } from './candidates.ts';
import { cudaMeant, cudnnMeant, pythonMeant } from './meant.ts';
import { inWords } from './premises.ts';

export function judgeParts(candidate: Candidate, parts: readonly Wanted[]): Judgement[] {
  return parts.flatMap((wanted) => {
    switch (wanted.name) {
      case 'cuda':
        return judgeCuda(candidate, wanted);
      case 'cudnn':
        return judgeCudnn(candidate, wanted);
      case 'gcc':
        return judgeGcc(candidate, wanted);
      case 'python':
        return judgePython(candidate, wanted);
      case 'nccl':
        return judgeNccl(candidate, wanted);
      default:
        return judged(
          'in-no-table',
          'remark',
          `which ${wanted.name} goes with the rest is in no table: the one that comes with it is taken`,
        );
    }
  });
}

function judgeCuda({ build, cuda }: Candidate, wanted: Wanted): Judgement[] {
  if (cuda !== null && cudaMeant(wanted).includes(cuda)) return [];
  if (build === null || cuda === null)
    return [judged('cuda-asked-for', 'unknown', `whether it is for ${inWords(wanted)} is in no table`)];
  const text = `${buildInWords(build)} is for CUDA ${cuda}`;
  return [refused('cuda-asked-for', `${text}, not ${wanted.version!}`, knownField(build, 'cuda', text))];
}

function judgeCudnn({ build, cuda, cudnn }: Candidate, wanted: Wanted): Judgement[] {
  if (cuda === null) return [];
  if (build === null) return cudnn === null ? [] : [cudnnFits(cudnn, cuda)];
  return build.cudnn === null ? [] : [ofBuild(build, build.cudnn, cuda, wanted)];
}

/** What was built with one cuDNN loads any of its major that is not older. */
function ofBuild(build: FrameworkBuild, own: string, cuda: string, wanted: Wanted): Judgement {
  const what = `${buildInWords(build)} ${build.bundlesCudnn ? 'brings' : 'is for'} cuDNN ${own}`;
  const fact = knownField(build, 'cudnn', what);
  const isFine = cudnnMeant(wanted, cuda).some(
    (one) => majorOf(one) === majorOf(own) && compareDottedVersions(one, own) >= 0,
  );
  return isFine
    ? judged('cudnn-of-build', 'yes', what, fact)
    : refused('cudnn-of-build', `${what}, not ${inWords(wanted)}`, fact);
}

function judgeGcc({ cuda }: Candidate, wanted: Wanted): Judgement[] {
  if (cuda === null || wanted.version === null) return [];
  const row = hostCompilersForCuda(cuda);
  const accepted =
    row === null
      ? []
      : Array.from({ length: row.gccMax - row.gccMin + 1 }, (_, at) => String(row.gccMax - at));
  const major = versionsMeant(wanted, accepted)[0] ?? /\d+/.exec(wanted.version)?.[0];
  return major === undefined ? [] : [compilerAccepted(cuda, 'gcc', Number(major))];
}

/** A framework brings its own; beside CUDA alone the one that is installed has to be built for it. */
function judgeNccl({ build, cuda }: Candidate, wanted: Wanted): Judgement[] {
  return build !== null || cuda === null ? [] : [ncclFits(wanted.version, cuda)];
}

function judgePython({ build }: Candidate, wanted: Wanted): Judgement[] {
  if (build === null || wanted.version === null) return [];
  const judgements = pythonMeant(wanted).map((minor) => pythonAccepted(build, minor));
  const fitting = judgements.find(({ fit }) => fit !== 'no');
  const first = fitting ?? judgements.at(-1);
  return first === undefined ? [] : [first];
}
