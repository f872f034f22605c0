/** Whether builds can be installed side by side, into one environment with one Python. */
import type { FrameworkBuild } from '../frameworks.ts';
import type { Judgement } from './judgement.ts';
import { judged, knownField } from './judged.ts';
import { buildInWords } from './words.ts';

/** @param builds of which no version of Python takes all */
export function pythonShared(builds: readonly FrameworkBuild[]): Judgement {
  const facts = builds.flatMap((build) =>
    build.python === null
      ? []
      : [knownField(build, 'python', `${buildInWords(build)} is for Python ${build.python}`)],
  );
  const each = facts.map(({ text }) => text).join(' and ');
  return judged('python-shared', 'no', `${each}: one environment has one Python, and none is both`, ...facts);
}
