import { valueOf } from '../../machine/answer.ts';
import { acceptsGcc, counts, nameOfToolkit, newestGccFor } from '../../machine/questions/toolkit.ts';
import { evidence } from '../evidence.ts';
import { subjectOf } from '../subject.ts';
import { bad, notApplicable, notKnown, ok, type CheckRule, type Observation } from './check-rule.ts';

/** Required for building: for each toolkit that counts, a C++ compiler that its nvcc accepts. */
export const hostCompiler: CheckRule = {
  layer: 'compiler',
  observe(facts, question) {
    const row = evidence(facts.compilers, 'compilers', (list) =>
      list.map(({ name, version }) => `${name} ${version ?? ''}`.trim()).join(', '),
    );
    const all = (valueOf(facts.toolkits) ?? []).filter(({ has }) => has.nvcc);
    const inQuestion = all.filter((toolkit) => counts(toolkit, question.needs));
    // For a build any toolkit will do where none is singled out: prefixes are not on PATH.
    const toolkits = inQuestion.length > 0 || question.purpose === 'run' ? inQuestion : all;
    if (facts.toolkits.state !== 'unknown' && toolkits.length === 0)
      return [notApplicable('no nvcc that would need one', row)];
    if (facts.compilers.state === 'unknown' || facts.toolkits.state === 'unknown') {
      return [notKnown('whether nvcc has a compiler that it accepts is not known', row)];
    }
    const gxx = (valueOf(facts.compilers) ?? []).filter(
      ({ family, language }) => family === 'gcc' && language === 'c++',
    );
    return toolkits.map((toolkit): Observation => {
      const ceiling = newestGccFor(toolkit);
      const subject = subjectOf(toolkit);
      if (gxx.length === 0) return { ...bad(`no g++ for ${nameOfToolkit(toolkit)}`, row), subject };
      if (ceiling === null)
        return {
          ...notKnown(`which compilers ${nameOfToolkit(toolkit)} accepts is not known`, row),
          subject,
        };
      const usable = gxx.filter(
        ({ isDefault, major }) =>
          major !== null && acceptsGcc(toolkit, major) && (isDefault || toolkit.layout !== 'nvidia'),
      );
      return usable[0]
        ? {
            ...ok(
              `${usable[0].name} ${usable[0].version ?? usable[0].major} fits ${nameOfToolkit(toolkit)} (gcc up to ${ceiling})`,
              row,
            ),
            subject,
          }
        : {
            ...bad(`no default g++ that ${nameOfToolkit(toolkit)} accepts (gcc up to ${ceiling})`, row),
            subject,
          };
    });
  },
};
