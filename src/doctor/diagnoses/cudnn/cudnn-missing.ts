import { majorMinor } from '../../../compat/dotted-version.ts';
import { valueOf } from '../../../machine/answer.ts';
import type { CudnnFacts, Facts, ToolkitFacts } from '../../../machine/facts.ts';
import { isPlainVersion, meansVersion } from '../../../compat/version-range.ts';
import { isOfRelease, nameOfToolkit } from '../../../machine/questions/toolkit.ts';
import { evidence } from '../../evidence.ts';
import { recipeWithCudnn } from '../../fix/recipe-with-cudnn.ts';
import { subjectOf } from '../../subject.ts';
import { kindOfLibrary } from '../../library-kind.ts';
import { supplyLibrary } from '../../fix/library.ts';
import { ask } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import { missingFinding, missingLibraries } from '../../question/needed-libraries.ts';
import {
  hearing,
  type DiagnosisDefinition,
  type Finding,
  type Needs,
  type Question,
  type TextDetail,
} from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['cudnn'],
  severity: 'error',
  title: 'cuDNN is missing',
  related: ['cudnn-header-missing', 'cudnn-version-mismatch', 'cuda-lib-not-found'],
  textSummary: 'A program needs cuDNN and the loader does not find it',
  hears: hearing(['missing-library', 'trouble'], (one, _all, facts) => {
    if (one.kind === 'trouble') {
      if (one.what !== 'cudnn-not-found') return null;
      return one.detail === 'cmake'
        ? { confidence: 'likely', rank: 4 }
        : { confidence: 'likely', namesCause: true };
    }
    const { soname } = one;
    if (kindOfLibrary(soname) !== 'cudnn' || one.flaw !== undefined) return null;
    const major = /\.so\.(\d{1,2})/.exec(soname)?.[1];
    return {
      confidence: 'certain',
      namesCause: true,
      rank: 3,
      ...(major === undefined ? {} : ofMajor(soname, major, facts)),
    };
  }),
  next: [
    ask(
      'Is a cuDNN there, and where?',
      'sh',
      '-c',
      'ldconfig -p | grep cudnn; ls /usr/local/cuda*/lib64/libcudnn* /usr/include/cudnn*.h',
    ),
  ],
  judge(facts, question) {
    const unmet = missingLibraries(facts, question, 'cudnn')
      .filter(({ others }) => others.length === 0)
      .map((missing) => missingFinding(missing, facts));
    return [...unmet, ...(question.needs === null ? ofToolkits(facts) : forRecipe(facts, question))];
  },
  remedy: (facts) => supplyCuda({ cuda: null, withCudnn: true }, facts),
};

function ofToolkits(facts: Facts): Finding[] {
  if (facts.cudnn.state === 'unknown' || facts.toolkits.state !== 'present') return [];
  const inUse = facts.toolkits.value.filter(({ inUse: why, prefix }) => why.length > 0 && prefix === null);
  return inUse
    .filter((toolkit) => libraries(facts, toolkit).length === 0)
    .map((toolkit) => ({
      subject: subjectOf(toolkit),
      severity: 'info' as const,
      confidence: 'certain' as const,
      summary: `No cuDNN belongs to ${nameOfToolkit(toolkit)}; frameworks that are built against it need one`,
      evidence: [evidence(facts.cudnn, 'cuDNN', (list) => list.map(({ path }) => path).join(', '))],
      fix: supplyCuda({ cuda: majorMinor(toolkit.version ?? ''), withCudnn: true }, facts),
    }));
}

/** Libraries that a program of this toolkit would find: the toolkit's own, and those in the system's folders. */
function libraries(facts: Facts, toolkit: ToolkitFacts): CudnnFacts[] {
  return (valueOf(facts.cudnn) ?? []).filter(
    ({ library, toolkit: of }) => library && (of === null || of === toolkit.path),
  );
}

function forRecipe(facts: Facts, question: Question): Finding[] {
  const wanted = question.needs?.cudnn;
  if (wanted == null || facts.cudnn.state === 'unknown') return [];
  const toolkits = (valueOf(facts.toolkits) ?? []).filter((toolkit) =>
    isOfRelease(toolkit, question.needs?.cuda),
  );
  // Without the toolkit itself, toolkit-missing says what is to be installed.
  if (toolkits.length === 0) return [];
  const fits = toolkits.some((toolkit) =>
    libraries(facts, toolkit).some(({ version }) => version !== null && meansVersion(version, wanted)),
  );
  if (fits) return [];
  const made = toolkits.find(({ recipe }) => recipe !== null && recipe === question.needs!.recipe);
  if (made !== undefined) return [madeWithout(made, facts, question.needs!)];
  return [
    {
      subject: subjectOf(toolkits[0]!),
      severity: 'error',
      confidence: 'certain',
      summary: `${question.needs!.recipe} needs cuDNN ${wanted}, which ${nameOfToolkit(toolkits[0]!)} does not have`,
      evidence: [
        evidence(facts.cudnn, 'cuDNN', (list) =>
          list.map(({ path, version }) => `${path} (${version ?? '?'})`).join(', '),
        ),
      ],
      fix: supplyCuda({ cuda: releaseOf(question.needs!.cuda!), cudnn: wanted }, facts),
    },
  ];
}

/** The recipe was installed from a source that has no cuDNN: what it holds works, and only what needs cuDNN does not. */
function madeWithout(toolkit: ToolkitFacts, facts: Facts, needs: Needs): Finding {
  return {
    subject: subjectOf(toolkit),
    severity: 'warning',
    confidence: 'certain',
    summary: `${nameOfToolkit(toolkit)} was made without cuDNN ${needs.cudnn}: the source that it came from has none`,
    evidence: [evidence(facts.cudnn, 'cuDNN', (list) => list.map(({ path }) => path).join(', '))],
    fix: recipeWithCudnn(needs, facts),
  };
}

function ofMajor(soname: string, major: string, facts: Facts): TextDetail {
  return {
    summary: `A program needs cuDNN ${major} (libcudnn.so.${major}), and the loader finds none`,
    fix: supplyLibrary(soname, facts),
  };
}

/** A range stays one. */
function releaseOf(cuda: string): string {
  return isPlainVersion(cuda) ? (majorMinor(cuda) ?? cuda) : cuda;
}
