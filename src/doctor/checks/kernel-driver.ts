import type { Judgement } from '../../compat/rules/judgement.ts';
import { valueOf } from '../../machine/answer.ts';
import type { Facts } from '../../machine/facts.ts';
import { driverVersion, moduleLoaded, smiWorks } from '../../machine/questions/driver.ts';
import { inWsl, onJetson } from '../../machine/questions/platform.ts';
import { evidence } from '../evidence.ts';
import { askedCuda } from '../question/asked-cuda.ts';
import { judgeBuildDriver } from '../question/builds.ts';
import { judgeDriver } from '../question/obstacles.ts';
import type { Evidence } from '../types.ts';
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

/** One row per CUDA that counts: does the driver serve it? */
export const driverServes: CheckRule = {
  layer: 'kernel-driver',
  // Without a driver there is nothing to hold against the toolkit.
  needs: ['gpu', 'container-gpu', 'kernel-module'],
  observe(facts, question) {
    if (onJetson(facts)) return [partOfL4t(facts)];
    const row = evidence(facts.kernelDriver.moduleVersion, 'loaded nvidia module', String);
    const toolkits = askedCuda(facts, question)
      .filter(({ counts }) => counts)
      .map(({ cuda, name, subject }): Observation => {
        const judgement = judgeDriver(cuda, facts, question);
        return { ...observed(name, judgement, row), subject };
      });
    const builds = (question.needs?.builds ?? []).map((build) =>
      observed(build.requirement, judgeBuildDriver(build, facts, question), row),
    );
    const rows = [...toolkits, ...builds];
    return rows.length > 0
      ? rows
      : [notApplicable('no CUDA toolkit is in use', evidence(facts.toolkits, 'toolkits in use'))];
  },
};

/** @param name what the driver is held against */
function observed(name: string, judgement: Judgement | null, row: Evidence): Observation {
  if (judgement === null) return notKnown(`no driver version to hold against ${name}`, row);
  switch (judgement.fit) {
    case 'no':
      return bad(judgement.text, row);
    case 'unknown':
      return notKnown(judgement.text, row);
    default:
      return ok(judgement.text, row);
  }
}
