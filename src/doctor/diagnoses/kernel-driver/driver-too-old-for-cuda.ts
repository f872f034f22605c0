import {
  driverServesCuda,
  maxCudaForDriver,
  minDriverForCuda,
  minorCompatDriverForCuda,
} from '../../../compat/drivers.ts';
import { majorMinor } from '../../../compat/dotted-version.ts';
import { releasesFor } from '../../../compat/releases.ts';
import { isPlainVersion, meansVersion } from '../../../compat/version-range.ts';
import { valueOf } from '../../../machine/answer.ts';
import type { Facts, ToolkitFacts } from '../../../machine/facts.ts';
import { driverVersion } from '../../../machine/questions/driver.ts';
import { inWsl, onJetson } from '../../../machine/questions/platform.ts';
import { counts, nameOfToolkit } from '../../../machine/questions/toolkit.ts';
import { evidence } from '../../evidence.ts';
import { subjectOf } from '../../subject.ts';
import { upgradeDriver } from '../../fix/driver.ts';
import { buildFor } from '../../fix/framework.ts';
import { ask, inPlaceOf, retitled } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import { hearing, type DiagnosisDefinition, type Finding, type FixStep, type Question } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

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
  text: [
    {
      // nvidia-container-cli: requirement error: unsatisfied condition: cuda>=11.6, please update your driver
      literal: 'unsatisfied condition: cuda',
      pattern: /unsatisfied condition: cuda ?>= ?(\d{1,2}\.\d{1,2})/i,
      confidence: 'certain',
      namesCause: true,
      detail: ([, cuda], facts) => ({
        summary: `The driver is too old for this image, which asks for CUDA ${cuda}${neededDriver(cuda!)}`,
        fix: steps(facts, cuda!),
      }),
    },
    {
      literal: 'unsatisfied condition: driver',
      pattern: /unsatisfied condition: driver ?>= ?\d{3}/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'please update your driver to a newer version',
      pattern: /please update your driver to a newer version/i,
      confidence: 'likely',
      namesCause: true,
    },
  ],
  hears: hearing(['version-mismatch', 'error-code'], (one, _all, facts) => {
    if (one.kind === 'error-code')
      return heardError(one, {
        'cuda 35': { confidence: 'likely', rank: 9 },
        'cuda 36': { confidence: 'likely', namesCause: true },
      });
    const { of, found } = one;
    if (of !== 'cuda-of-driver') return null;
    return {
      confidence: 'certain',
      namesCause: true,
      summary:
        found === null
          ? 'The driver is too old for this program'
          : `The driver is too old for this program: it serves CUDA up to ${found}`,
      ...(found === null ? {} : { fix: stepsOfTorch(facts, found) }),
    };
  }),
  next: [ask('Which driver runs, and up to which CUDA does it serve?', 'nvidia-smi')],
  refutedBy: (facts) =>
    driverVersion(facts) !== undefined &&
    toolkitsInUse(facts).length > 0 &&
    tooOld(facts, { purpose: 'run', needs: null }).length === 0,
  judge(facts, question) {
    // A Jetson's driver has numbers of its own; which CUDA it serves hangs on its L4T.
    if (onJetson(facts)) return [];
    return [...tooOld(facts, question), ...ofNvcc(facts), ...forRecipe(facts, question)];
  },
  remedy: (facts) => steps(facts, null),
};

const toolkitsInUse = (facts: Facts): ToolkitFacts[] =>
  (valueOf(facts.toolkits) ?? []).filter(({ inUse, version }) => inUse.length > 0 && version !== null);

function neededDriver(cuda: string): string {
  const min = minDriverForCuda(cuda);
  return min === null ? '' : `: driver ${min} or newer`;
}

function tooOld(facts: Facts, question: Question): Finding[] {
  const driver = driverVersion(facts);
  if (driver === undefined) return [];
  return (valueOf(facts.toolkits) ?? []).flatMap((toolkit) => {
    if (toolkit.version === null) return [];
    const service = driverServesCuda(driver, toolkit.version);
    if (service === 'too-old') {
      return [
        finding(
          facts,
          subjectOf(toolkit),
          nameOfToolkit(toolkit),
          driver,
          toolkit.version,
          counts(toolkit, question.needs?.cuda),
        ),
      ];
    }
    return [];
  });
}

/** An nvcc that answered, of a toolkit that was not looked at: a paste of `nvcc --version`. */
function ofNvcc(facts: Facts): Finding[] {
  const driver = driverVersion(facts);
  const nvcc = valueOf(facts.nvcc);
  const known = (valueOf(facts.toolkits) ?? []).some(({ inUse }) => inUse.includes('PATH'));
  if (driver === undefined || nvcc?.version == null || known) return [];
  if (driverServesCuda(driver, nvcc.version) !== 'too-old') return [];
  return [finding(facts, 'machine', `CUDA ${nvcc.version} (${nvcc.path})`, driver, nvcc.version, true)];
}

/** --for names a CUDA that is perhaps not installed yet. */
function forRecipe(facts: Facts, question: Question): Finding[] {
  const driver = driverVersion(facts);
  const cuda = question.needs?.cuda;
  if (driver === undefined || cuda == null) return [];
  const release = isPlainVersion(cuda) ? (majorMinor(cuda) ?? cuda) : cuda;
  const judged = (valueOf(facts.toolkits) ?? []).some(
    ({ version }) => version !== null && meansVersion(version, release),
  );
  // Of a range, the oldest release asks for the least.
  const oldest = isPlainVersion(cuda) ? cuda : releasesFor(cuda).at(-1)?.cuda;
  if (judged || oldest === undefined || driverServesCuda(driver, oldest) !== 'too-old') return [];
  return [finding(facts, 'machine', `CUDA ${cuda} (${question.needs!.recipe})`, driver, oldest, true)];
}

function finding(
  facts: Facts,
  subject: string,
  what: string,
  driver: string,
  cuda: string,
  isError: boolean,
): Finding {
  const { moduleVersion } = facts.kernelDriver;
  const served = maxCudaForDriver(driver);
  return {
    subject,
    severity: isError ? 'error' : 'info',
    confidence: 'certain',
    summary: `Driver ${driver} serves CUDA up to ${served ?? 'an older one'}, too old for ${what}${neededDriver(cuda)}`,
    evidence: [
      moduleVersion.state === 'present'
        ? evidence(moduleVersion, 'loaded nvidia module', String)
        : evidence(facts.nvidiaSmi, 'driver version', () => driver),
      evidence<unknown>(facts.nvcc.state === 'present' ? facts.nvcc : facts.toolkits, what),
    ],
    fix: steps(facts, cuda),
  };
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
