/** PTX that the driver does not compile: what minor version compatibility leaves out. */
import type { Judgement } from '../../compat/rules/judgement.ts';
import type { Facts } from '../../machine/facts.ts';
import { evidence, ruleEvidence, sentence } from '../evidence.ts';
import type { Finding, FixStep, Question, Severity } from '../types.ts';
import { askedCuda, evidenceOfNeed, type AskedCuda } from './asked-cuda.ts';
import { judgeBuildDriver, judgeBuildGpus } from './builds.ts';
import { judgeDriver, judgeGpus, judgePtx, type GpuJudged } from './obstacles.ts';

/**
 * An error where a GPU is reached through PTX alone. Where there is machine code, minor version compatibility carries it, and what
 * it leaves out is worth knowing.
 *
 * @param fix what makes the driver one that compiles it
 */
export function ptxFindings(facts: Facts, question: Question, fix: () => readonly FixStep[]): Finding[] {
  const { needs } = question;
  const toolkits = askedCuda(facts, question).map((asked) => ({
    asked,
    cuda: asked.cuda,
    driver: judgeDriver(asked.cuda, facts, question),
    gpus: judgeGpus(asked.cuda, facts, question),
  }));
  const builds = (needs?.builds ?? []).flatMap((build) =>
    build.cuda === null
      ? []
      : {
          asked: { subject: 'machine', counts: true, seen: evidenceOfNeed(needs!) },
          cuda: build.cuda,
          driver: judgeBuildDriver(build, facts, question),
          gpus: judgeBuildGpus(build, facts, question),
        },
  );
  return [...toolkits, ...builds].flatMap(({ asked, cuda, driver, gpus }) => {
    // A driver that is too old altogether is another matter.
    if (driver === null || driver.fit === 'no') return [];
    const ptx = judgePtx(cuda, gpus, facts, question);
    if (ptx?.fit === 'no') return [finding(ptx, severityOf(asked, gpus), asked, facts, fix)];
    return driver.rule === 'minor-version-compatibility' ? [finding(driver, 'info', asked, facts, fix)] : [];
  });
}

function severityOf({ counts }: Pick<AskedCuda, 'counts'>, gpus: readonly GpuJudged[]): Severity {
  if (!counts) return 'info';
  return gpus.every(({ judgement: { fit } }) => fit === 'slow' || fit === 'no') ? 'error' : 'warning';
}

function finding(
  judgement: Judgement,
  severity: Severity,
  { subject, seen }: Pick<AskedCuda, 'subject' | 'seen'>,
  facts: Facts,
  fix: () => readonly FixStep[],
): Finding {
  const { moduleVersion } = facts.kernelDriver;
  return {
    subject,
    severity,
    confidence: 'certain',
    summary: sentence(judgement.text),
    evidence: [evidence(moduleVersion, 'loaded nvidia module', String), seen, ...ruleEvidence(judgement)],
    fix: fix(),
  };
}
