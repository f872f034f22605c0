/** GPUs that the code of a toolkit, or of a framework's build, does not reach. */
import { compareDottedVersions, majorMinor } from '../../compat/dotted-version.ts';
import type { FrameworkName } from '../../compat/frameworks.ts';
import { toolkitsForCapability } from '../../compat/gpu-architectures.ts';
import type { Fit, Judgement } from '../../compat/rules/judgement.ts';
import type { Facts, GpuFacts } from '../../machine/facts.ts';
import { nameOfGpu } from '../../machine/questions/gpu.ts';
import { evidence, ruleEvidence, sentence } from '../evidence.ts';
import { subjectOfGpu } from '../subject.ts';
import type { Finding, Question, Severity } from '../types.ts';
import { askedCuda, evidenceOfNeed, type AskedCuda } from './asked-cuda.ts';
import { judgeBuildGpus } from './builds.ts';
import { installedBuilds } from './installed-builds.ts';
import { judgeGpus, type GpuJudged } from './obstacles.ts';

/** The GPU came after the toolkit, or the toolkit has dropped it. */
export type Direction = 'gpu-too-new' | 'gpu-dropped';

/** One finding per CUDA and GPU for which the rules say anything but yes, of those in this direction. */
export function toolkitCodeFindings(facts: Facts, question: Question, direction: Direction): Finding[] {
  return askedCuda(facts, question).flatMap((asked) =>
    findingsOf(judgeGpus(asked.cuda, facts, question), asked, facts).flatMap(({ gpu, finding }) =>
      directionOf(gpu, asked.cuda) === direction ? [finding] : [],
    ),
  );
}

/** The same of the build that --for names and of those that the Python here has, where the framework is one of those asked about. */
export function buildCodeFindings(
  facts: Facts,
  question: Question,
  isMeant: (framework: FrameworkName) => boolean,
): Finding[] {
  const { needs } = question;
  const wanted = (needs?.builds ?? [])
    .filter(({ framework }) => isMeant(framework))
    .map((build) => ({ build, subject: 'machine', counts: true, seen: evidenceOfNeed(needs!) }));
  return [...wanted, ...installedBuilds(facts, isMeant)].flatMap(({ build, ...asked }) =>
    findingsOf(judgeBuildGpus(build, facts, question), asked, facts).map(({ finding }) => finding),
  );
}

type Asked = Pick<AskedCuda, 'subject' | 'counts' | 'seen'>;

function findingsOf(
  judged: readonly GpuJudged[],
  asked: Asked,
  facts: Facts,
): { gpu: GpuFacts; finding: Finding }[] {
  return judged
    .filter(({ judgement }) => speaksAgainst(judgement))
    .map((one) => ({
      gpu: one.gpu,
      finding: findingOf(one, asked, severityOf(one.judgement.fit, asked, judged), facts),
    }));
}

const speaksAgainst = ({ fit }: Judgement): boolean => fit === 'no' || fit === 'slow' || fit === 'remark';

/** Beside a GPU that is reached, one that is not is no more than a warning: programs can take the other. */
function severityOf(fit: Fit, { counts }: Asked, all: readonly GpuJudged[]): Severity {
  if (!counts || fit === 'remark') return 'info';
  return fit === 'no' && all.every(({ judgement }) => judgement.fit === 'no') ? 'error' : 'warning';
}

/** A toolkit older than the first that makes code for the GPU does not know it yet; else it knows it no longer. */
function directionOf({ computeCapability }: GpuFacts, cuda: string): Direction {
  const first = computeCapability === null ? null : toolkitsForCapability(computeCapability).first;
  const release = majorMinor(cuda) ?? cuda;
  return first === null || compareDottedVersions(release, first) < 0 ? 'gpu-too-new' : 'gpu-dropped';
}

function findingOf({ gpu, judgement }: GpuJudged, asked: Asked, severity: Severity, facts: Facts): Finding {
  return {
    subject: asked.subject === 'machine' ? subjectOfGpu(gpu) : asked.subject,
    severity,
    confidence: 'certain',
    summary: sentence(judgement.text),
    evidence: [
      evidence(facts.gpus, 'NVIDIA devices', () => nameOfGpu(gpu)),
      asked.seen,
      ...ruleEvidence(judgement),
    ],
    fix: [],
  };
}
