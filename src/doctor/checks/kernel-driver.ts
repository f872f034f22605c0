import { driverServesCuda, maxCudaForDriver } from '../../compat/drivers.ts';
import { valueOf } from '../../machine/answer.ts';
import type { Facts } from '../../machine/facts.ts';
import { driverVersion, moduleLoaded, smiWorks } from '../../machine/questions/driver.ts';
import { inWsl, onJetson } from '../../machine/questions/platform.ts';
import { counts, nameOfToolkit } from '../../machine/questions/toolkit.ts';
import { evidence } from '../evidence.ts';
import { subjectOf } from '../subject.ts';
import { bad, notApplicable, notKnown, ok, type CheckRule, type Observation } from './check-rule.ts';

export const kernelModule: CheckRule = {
  layer: 'kernel-driver',
  observe(facts) {
    const { moduleVersion, modules, moduleFlavour } = facts.kernelDriver;
    if (onJetson(facts)) return [partOfL4t(facts)];
    const version = driverVersion(facts);
    const row =
      moduleVersion.state === 'unknown' && smiWorks(facts)
        ? evidence(
            facts.nvidiaSmi,
            'nvidia-smi reached the driver',
            (smi) => smi.driverVersion ?? 'version not shown',
          )
        : evidence(moduleVersion, 'loaded nvidia module', String);
    if (version !== undefined) {
      const flavour = valueOf(moduleFlavour);
      return [
        ok(
          `${inWsl(facts) ? 'Windows ' : ''}driver ${version}${flavour === 'open' ? ' (open modules)' : ''} runs`,
          row,
        ),
      ];
    }
    switch (moduleLoaded(facts)) {
      case true:
        return [notKnown('the nvidia module runs, its version is not known', row)];
      case false:
        return inWsl(facts)
          ? [notApplicable("WSL has no nvidia module: the driver is Windows' own", row)]
          : [bad('no nvidia module is loaded', row)];
      default:
        return [
          notKnown(
            'whether the nvidia module is loaded is not known',
            row,
            evidence(modules, 'loaded modules'),
          ),
        ];
    }
  },
};

const partOfL4t = ({ platform }: Facts): Observation =>
  notApplicable('the driver of a Jetson is part of L4T', evidence(platform.jetson, 'Jetson', String));

/** One row per toolkit that counts: does the driver serve it? */
export const driverServes: CheckRule = {
  layer: 'kernel-driver',
  // Without a driver there is nothing to hold against the toolkit.
  needs: ['gpu', 'container-gpu', 'kernel-module'],
  observe(facts, question) {
    if (onJetson(facts)) return [partOfL4t(facts)];
    const driver = driverVersion(facts);
    const toolkits = (valueOf(facts.toolkits) ?? []).filter(
      (toolkit) => counts(toolkit, question.needs?.cuda) && toolkit.version !== null,
    );
    if (toolkits.length === 0)
      return [notApplicable('no CUDA toolkit is in use', evidence(facts.toolkits, 'toolkits in use'))];
    return toolkits.map((toolkit): Observation => {
      const what = nameOfToolkit(toolkit);
      const row = evidence(facts.kernelDriver.moduleVersion, 'loaded nvidia module', String);
      if (driver === undefined)
        return { ...notKnown(`no driver version to hold against ${what}`, row), subject: subjectOf(toolkit) };
      const served = `driver ${driver} (CUDA up to ${maxCudaForDriver(driver) ?? '?'})`;
      const by = {
        native: ok(`${served} serves ${what}`, row),
        'minor-compat': ok(
          `${served} serves ${what} by minor version compatibility (no PTX compiled at start)`,
          row,
        ),
        'too-old': bad(`${served} is too old for ${what}`, row),
        unknown: notKnown(`whether ${served} serves ${what} is not known`, row),
      }[driverServesCuda(driver, toolkit.version!)];
      return { ...by, subject: subjectOf(toolkit) };
    });
  },
};
