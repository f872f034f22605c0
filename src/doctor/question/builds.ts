/** Builds of a framework that --for names: which of them is judged, and what the rules say of it. */
import { INSTALLED_BESIDE_CUDA, type FrameworkBuild } from '../../compat/frameworks.ts';
import { buildReachesGpu } from '../../compat/rules/build-reaches-gpu.ts';
import { driverServesBuild } from '../../compat/rules/driver-serves-build.ts';
import type { Judgement } from '../../compat/rules/judgement.ts';
import { valueOf } from '../../machine/answer.ts';
import type { Facts } from '../../machine/facts.ts';
import { driverVersion } from '../../machine/questions/driver.ts';
import { onJetson } from '../../machine/questions/platform.ts';
import type { Question } from '../types.ts';
import { askedGpus, traitsOf } from './gpus.ts';
import { judgePtx, obstaclesOf, type GpuJudged } from './obstacles.ts';

/** The question with the one build that least speaks against, the newest of several, and with the CUDA that it takes. */
export function settled(question: Question, facts: Facts): Question {
  const { needs } = question;
  if (needs === null || needs.builds.length === 0) return question;
  const counted = needs.builds.map((build) => ({ build, against: against(build, facts, question) }));
  const least = Math.min(...counted.map((one) => one.against));
  const { build } = counted.find((one) => one.against === least)!;
  const own = build.bundlesCuda;
  return {
    ...question,
    needs: {
      ...needs,
      install: own ? null : installOf(build, needs.install),
      cuda: own ? null : cudaOf(build),
      cudnn: own || build.bundlesCudnn ? null : build.cudnn,
      builds: [build],
    },
  };
}

function against(build: FrameworkBuild, facts: Facts, question: Question): number {
  const driver = judgeBuildDriver(build, facts, question);
  const gpus = judgeBuildGpus(build, facts, question);
  const ptx = build.cuda === null ? null : judgePtx(build.cuda, gpus, facts, question);
  const toolkit = build.bundlesCuda || build.cuda === null ? [] : obstaclesOf(build.cuda, facts, question);
  return (
    Number(driver?.fit === 'no') +
    Number(ptx?.fit === 'no') +
    Number(gpus.length > 0 && gpus.every(({ judgement }) => judgement.fit === 'no')) +
    toolkit.length
  );
}

/** Null where there is no driver to ask about, or the purpose has no use for one. */
export function judgeBuildDriver(
  build: FrameworkBuild,
  facts: Facts,
  { purpose }: Question,
): Judgement | null {
  const driver = driverVersion(facts);
  return driver === undefined || purpose === 'build' || onJetson(facts)
    ? null
    : driverServesBuild(build, driver);
}

export function judgeBuildGpus(build: FrameworkBuild, facts: Facts, question: Question): GpuJudged[] {
  const architecture = valueOf(facts.platform.architecture) ?? null;
  return askedGpus(facts, question).map((gpu) => ({
    gpu,
    judgement: buildReachesGpu(build, traitsOf(gpu), architecture),
  }));
}

/** One that is installed beside a CUDA takes the CUDA of the build. */
function installOf(build: FrameworkBuild, words: readonly string[] | null): readonly string[] | null {
  const cuda = cudaOf(build);
  return words === null || cuda === null || !INSTALLED_BESIDE_CUDA.has(build.framework)
    ? words
    : [`cuda@${cuda}`, ...words];
}

function cudaOf({ cuda, cudaTo }: FrameworkBuild): string | null {
  return cuda === null || cudaTo === null || cudaTo === cuda ? cuda : `>=${cuda} <=${cudaTo}`;
}
