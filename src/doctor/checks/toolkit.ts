import { valueOf } from '../../machine/answer.ts';
import type { ToolkitFacts } from '../../machine/facts.ts';
import { counts, isOfRelease, nameOfToolkit } from '../../machine/questions/toolkit.ts';
import { andMore } from '../and-more.ts';
import { evidence } from '../evidence.ts';
import { meantAndDamaged } from '../question/damaged-prefixes.ts';
import { bad, notApplicable, notKnown, ok, type CheckRule } from './check-rule.ts';

/** More than anybody has by hand. */
const MOST_NAMED = 20;

export const toolkit: CheckRule = {
  layer: 'toolkit',
  observe(facts, question) {
    const { toolkits } = facts;
    const row = evidence(toolkits, 'CUDA toolkits', (list) => andMore(list.map(nameOfToolkit), MOST_NAMED));
    if (toolkits.state === 'unknown') return [notKnown('which CUDA toolkits are here is not known', row)];
    const found = valueOf(toolkits) ?? [];
    if (found.length > 0) {
      // A prefix is used through `run`: that nothing points at it is as it should be.
      const idle = (one: ToolkitFacts): boolean => one.prefix === null && !counts(one, question.needs);
      const summary = andMore(
        inUseFirst(found).map((one) => `${nameOfToolkit(one)}${idle(one) ? ', not in use' : ''}`),
        MOST_NAMED,
        { separator: '; ' },
      );
      const damaged = meantAndDamaged(facts, question).map(({ name }) => name);
      if (damaged.length > 0) return [bad(`${summary}; damaged: ${andMore(damaged, MOST_NAMED)}`, row)];
      const fits =
        question.needs?.cuda == null || found.some((one) => isOfRelease(one, question.needs?.cuda));
      return [fits ? ok(summary, row) : bad(`${summary}; none is CUDA ${question.needs!.cuda}`, row)];
    }
    const needed = question.purpose === 'build' || question.needs?.cuda != null;
    return [
      needed ? bad('no CUDA toolkit', row) : notApplicable('no CUDA toolkit, and none is asked for', row),
    ];
  },
};

/** Of so many that not all are named, those that matter are. */
const inUseFirst = (found: readonly ToolkitFacts[]): readonly ToolkitFacts[] =>
  found.length <= MOST_NAMED
    ? found
    : [...found].sort((a, b) => Number(b.inUse.length > 0) - Number(a.inUse.length > 0));

/** Required for building: an nvcc on PATH, or in a prefix, where `run` puts it on PATH. */
export const nvcc: CheckRule = {
  layer: 'toolkit',
  observe(facts, question) {
    const row = evidence(
      facts.nvcc,
      'nvcc on PATH',
      ({ path, version }) => `${path}${version ? ` ${version}` : ''}`,
    );
    if (facts.nvcc.state === 'present')
      return [
        ok(`nvcc ${facts.nvcc.value.version ?? ''} at ${facts.nvcc.value.path}`.replace('  ', ' '), row),
      ];
    const own = (valueOf(facts.toolkits) ?? []).filter(({ has, prefix }) => has.nvcc && prefix !== null);
    if (own.length > 0) {
      return [
        ok(
          `nvcc in ${andMore(
            own.map(({ prefix }) => `prefix ${prefix}`),
            MOST_NAMED,
          )} (gpu-setup run)`,
          evidence(facts.toolkits, 'prefixes with nvcc'),
          row,
        ),
      ];
    }
    if (facts.nvcc.state === 'unknown') return [notKnown('whether there is an nvcc is not known', row)];
    const needed = question.purpose === 'build' || question.needs?.compiler === true;
    return [
      needed
        ? bad('no nvcc', row)
        : notApplicable('no nvcc on PATH, and none is needed to run programs', row),
    ];
  },
};
