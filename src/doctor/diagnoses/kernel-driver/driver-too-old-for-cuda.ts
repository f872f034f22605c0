import { minDriverForCuda, minorCompatDriverForCuda } from '../../../compat/drivers.ts';
import type { Judgement } from '../../../compat/rules/judgement.ts';
import type { Facts } from '../../../machine/facts.ts';
import { driverVersion } from '../../../machine/questions/driver.ts';
import { inWsl } from '../../../machine/questions/platform.ts';
import { evidence, ruleEvidence, sentence } from '../../evidence.ts';
import { upgradeDriver } from '../../fix/driver.ts';
import { buildFor } from '../../fix/framework.ts';
import { ask, inPlaceOf, retitled } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import { askedCuda, evidenceOfNeed, type AskedCuda } from '../../question/asked-cuda.ts';
import { judgeBuildDriver } from '../../question/builds.ts';
import { installedBuilds } from '../../question/installed-builds.ts';
import { judgeDriver } from '../../question/obstacles.ts';
import {
  hearing,
  type DiagnosisDefinition,
  type Finding,
  type FixStep,
  type Heard,
  type Question,
} from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';
import type { TestimonyOf } from '../../witness/testimony.ts';

const RUN: Question = { purpose: 'run', needs: null };

export const diagnosis: DiagnosisDefinition = {
  checks: ['driver-serves-cuda'],
  severity: 'error',
  title: 'The driver is too old for this CUDA',
  related: [
    'ptx-toolchain-unsupported',
    'compat-lib-unsupported',
    'gpu-unsupported-by-driver',
    'wsl-host-driver-too-old',
  ],
  textSummary: "The driver is older than this program's CUDA needs",
  hears: hearing(['version-mismatch', 'error-code', 'trouble'], (one, _all, facts) => {
    if (one.kind === 'trouble')
      return heardTrouble(one, {
        'driver-interface-too-old': {
          confidence: 'certain',
          namesCause: true,
          rank: 8,
          summary: `The driver is older than ${one.detail}`,
          fix: upgradeDriver(facts),
        },
        'code-newer-than-driver': {
          confidence: 'likely',
          namesCause: true,
          summary: `The driver does not load what ${one.detail} compiled for this GPU: it is older than that compiler`,
        },
      });
    return one.kind === 'error-code'
      ? heardError(one, {
          'cuda 35': { confidence: 'likely', rank: 9 },
          'cuda 36': { confidence: 'likely', namesCause: true },
          'any driver-age': { confidence: 'likely', namesCause: true },
          // A function that this libcuda, or this libnvidia-ml, does not have yet.
          'cuda 500': { confidence: 'possible', rank: 9 },
          'nvml 13': { confidence: 'possible', rank: 9 },
          'nvml 25': { confidence: 'possible', rank: 9 },
        })
      : heardMismatch(one, facts);
  }),
  next: [ask('Which driver runs, and up to which CUDA does it serve?', 'nvidia-smi')],
  refutedBy(facts) {
    const inUse = askedCuda(facts, RUN).filter(({ counts }) => counts);
    const judged = inUse.map(({ cuda }) => judgeDriver(cuda, facts, RUN));
    return judged.length > 0 && judged.every((one) => one !== null && one.fit !== 'no');
  },
  judge: (facts, question) => [...ofToolkits(facts, question), ...ofBuild(facts, question)],
  remedy: (facts) => steps(facts, null),
};

function heardMismatch(
  { of, found, expected, asker }: TestimonyOf<'version-mismatch'>,
  facts: Facts,
): Heard | null {
  const who = asker ?? 'this program';
  if (of === 'driver')
    return expected === null || asker === undefined
      ? null
      : {
          confidence: 'certain',
          namesCause: true,
          rank: 11,
          summary: `The driver is too old for ${who}, which asks for driver ${expected} or newer`,
          fix: upgradeDriver(facts, { atLeast: expected }),
        };
  if (of !== 'cuda-of-driver') return null;
  const summary =
    `The driver is too old for ${who}` +
    (expected === null ? '' : `, which asks for CUDA ${expected}${neededDriver(expected)}`) +
    (found === null ? '' : `: it serves CUDA up to ${found}`);
  const fix = expected !== null ? steps(facts, expected) : found !== null ? stepsOfTorch(facts, found) : null;
  return { confidence: 'certain', namesCause: true, rank: 11, summary, ...(fix === null ? {} : { fix }) };
}

function neededDriver(cuda: string): string {
  const min = minDriverForCuda(cuda);
  return min === null ? '' : `: driver ${min} or newer`;
}

const ofToolkits = (facts: Facts, question: Question): Finding[] =>
  askedCuda(facts, question).flatMap((asked) =>
    findingOf(judgeDriver(asked.cuda, facts, question), asked, asked.cuda, facts),
  );

function ofBuild(facts: Facts, question: Question): Finding[] {
  const { needs } = question;
  const wanted = (needs?.builds ?? []).map((build) => ({
    build,
    subject: 'machine',
    counts: true,
    seen: evidenceOfNeed(needs!),
  }));
  return [...wanted, ...installedBuilds(facts)].flatMap(({ build, ...asked }) =>
    findingOf(judgeBuildDriver(build, facts, question), asked, build.cuda, facts),
  );
}

/** What is inferred or recalled against a driver is worth knowing, and no error. */
function findingOf(
  judgement: Judgement | null,
  { subject, counts, seen }: Pick<AskedCuda, 'subject' | 'counts' | 'seen'>,
  cuda: string | null,
  facts: Facts,
): Finding[] {
  if (judgement?.fit !== 'no' && judgement?.rule !== 'driver-too-old-for-cuda') return [];
  const { moduleVersion } = facts.kernelDriver;
  return [
    {
      subject,
      severity: judgement.fit === 'no' && counts ? 'error' : 'info',
      confidence: 'certain',
      summary: sentence(judgement.text),
      evidence: [
        moduleVersion.state === 'present'
          ? evidence(moduleVersion, 'loaded nvidia module', String)
          : evidence(facts.nvidiaSmi, 'driver version', () => driverVersion(facts)!),
        seen,
        ...ruleEvidence(judgement),
      ],
      fix: steps(facts, cuda),
    },
  ];
}

/**
 * A driver that serves the release, or a release that the driver serves.
 *
 * @param cuda that is too new; null: not known
 */
function steps(facts: Facts | null, cuda: string | null): FixStep[] {
  const upgrade = upgradeDriver(facts, { atLeast: cuda === null ? null : driverFor(cuda) });
  // Windows' driver is new enough for every CUDA, once it is current.
  if (facts !== null && inWsl(facts)) return upgrade;
  const older = retitled(
    supplyCuda({ cuda: null }, facts),
    (title) => `Or take a CUDA that this driver serves: ${title}`,
  );
  return [...upgrade, ...inPlaceOf(upgrade[0]!.id, older)];
}

/** An older driver of the same CUDA major will do. */
const driverFor = (cuda: string): string | null => minorCompatDriverForCuda(cuda) ?? minDriverForCuda(cuda);

/** PyTorch says which CUDA the driver serves: the newest build of it for that driver. */
function stepsOfTorch(facts: Facts, served: string): FixStep[] {
  const upgrade = upgradeDriver(facts);
  const build = buildFor('torch', { driver: minDriverForCuda(served) }, facts);
  return [...upgrade, ...inPlaceOf(upgrade[0]!.id, build)];
}
