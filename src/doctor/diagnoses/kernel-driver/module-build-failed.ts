import type { Facts } from '../../../machine/facts.ts';
import { distributionOf } from '../../fix/distribution.ts';
import { upgradeDriver } from '../../fix/driver.ts';
import { kernelHeaders } from '../../fix/kernel-headers.ts';
import { buildTools, compilerOfKernel } from '../../fix/module-build.ts';
import { ask, byHand, retitled, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep, type Heard } from '../../types.ts';
import { isBuildOfDriver, withKernel } from '../../witness/kernel-modules.ts';
import type { TestimonyOf } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['kernel-module'],
  notOnJetson: true,
  severity: 'error',
  title: 'The nvidia module could not be built',
  causes: [
    { code: 'module-not-built-for-kernel' },
    { code: 'module-not-loaded' },
    { code: 'nouveau-in-use' },
    { code: 'device-nodes-missing' },
  ],
  related: ['module-not-built-for-kernel', 'disk-full', 'gpu-unsupported-by-driver'],
  textSummary: 'The nvidia module could not be built for this kernel',
  hears: hearing(['module-build'], (one, all, facts) => {
    if (one.why === 'headers' || !isBuildOfDriver(one, all)) return null;
    // What only reports that it failed adds nothing where a line says that headers are missing.
    const headersMissing = all.of('module-build').some(({ why }) => why === 'headers');
    if (one.why === 'failed' && headersMissing) return null;
    return heard(one, facts);
  }),
  next: [ask('What did the compiler say?', 'sh', '-c', 'tail -n 40 /var/lib/dkms/nvidia/*/build/make.log')],
  remedy: (facts) => remedy(facts),
};

type Build = TestimonyOf<'module-build'>;

function heard(one: Build, facts: Facts): Heard {
  const summary = summaryOf(one);
  return {
    confidence: one.why === 'failed' && one.kernel === null && one.driver === null ? 'likely' : 'certain',
    namesCause: true,
    // The words of the compiler or of modpost say more than that something failed.
    rank: one.why === 'failed' ? 0 : 1,
    ...(summary === null ? {} : { summary }),
    fix: remedy(withKernel(facts, one.kernel), one),
  };
}

function summaryOf({ why, module, kernel, detail }: Build): string | null {
  const what = `The module ${module ?? 'nvidia'} could not be built`;
  switch (why) {
    case 'compiler':
      return `${what}: the compiler is not the one that built the kernel${detail === null ? '' : `, and does not know its option ${detail}`}`;
    case 'symbol':
      return `${what}: the kernel has no symbol ${detail}, it is newer than this driver or was configured without it`;
    case 'gpl-symbol':
      return `${what}: this kernel keeps ${detail} for GPL modules, and the driver is older than that change`;
    case 'source':
      return `${what}: the driver's source does not fit this kernel${detail === null ? '' : ` (${detail})`}`;
    case 'tool':
      return `${what}: the program ${detail} is missing`;
    default:
      return kernel === null ? null : `The nvidia module could not be built for the kernel ${kernel}`;
  }
}

function remedy(facts: Facts | null, one: Build | null = null): FixStep[] {
  if (one?.why === 'tool') return buildTools(facts);
  const upgrade = upgradeDriver(facts);
  const newer = retitled(
    upgrade,
    (title) =>
      `${one?.why === 'source' || one?.why === 'gpl-symbol' ? 'A newer driver, which knows this kernel' : 'Where the driver is older than this kernel, a newer driver'}: ${title}`,
  );
  const older = byHand('older-kernel', 'Or start an older kernel, for which this driver can be built', {
    reboot: true,
    alternativeTo: upgrade[0]!.id,
  });
  if (one?.why === 'compiler') return [...compilerOfKernel(facts), ...newer, older];
  if (one?.why === 'source' || one?.why === 'gpl-symbol') return [...newer, older];
  return [seeLog(facts), ...kernelHeaders(facts), ...newer, older];
}

function seeLog(facts: Facts | null): FixStep {
  const fedora = distributionOf(facts)?.family === 'fedora';
  return script(
    'make-log',
    'See what the compiler said',
    fedora
      ? 'tail -n 40 /var/cache/akmods/nvidia/*.failed.log'
      : 'tail -n 40 /var/lib/dkms/nvidia/*/build/make.log',
    { root: false },
  );
}
