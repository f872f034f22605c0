import { valueOf } from '../../machine/answer.ts';
import type { ProcessFacts } from '../../machine/facts.ts';
import { whoMayLook } from '../../machine/facts/process/who-may-look.ts';
import { andMore } from '../and-more.ts';
import { evidence } from '../evidence.ts';
import { nameOfProcess, pathAsMapped, subjectOfProcess } from '../question/process.ts';
import { notApplicable, notKnown, ok, type CheckRule } from './check-rule.ts';

/** There only where --pid names one, and then what was asked for. */
export const runningProcess: CheckRule = {
  layer: 'framework',
  observe({ process }) {
    if (process.state === 'absent') return [];
    const row = evidence(process, 'libraries', ({ libraries }) => libraries.map(pathAsMapped).join(', '));
    if (process.state === 'unknown')
      return [
        notKnown(
          `what the process has loaded could not be looked at: ${whoMayLook('doctor --pid ...')}`,
          row,
        ),
      ];
    const one = process.value;
    const elsewhere = evidence(one.elsewhere, 'file system of its own', String);
    const seen = { subject: subjectOfProcess(one), evidence: [row, elsewhere] };
    const name = nameOfProcess(one);
    if (!one.whole)
      return [{ ...notKnown(`of ${name} only a part of what it has loaded could be read`), ...seen }];
    if (one.libraries.length === 0)
      return [{ ...notApplicable(`${name} has loaded no library of NVIDIA's or of a framework`), ...seen }];
    return [{ ...ok(`${name} has loaded ${inWords(one)}${whereOf(one)}`), ...seen }];
  },
};

const MOST_NAMED = 4;

/** "libcuda 535.183.01, libcudart 12.4.127 and 7 more" */
function inWords({ libraries }: ProcessFacts): string {
  const known = libraries.filter(({ version }) => version !== null);
  const words = (known.length > 0 ? known : libraries).map(
    ({ library, version }) => `lib${library}${version === null ? '' : ` ${version}`}`,
  );
  return andMore(words, MOST_NAMED, { total: libraries.length });
}

const whereOf = ({ elsewhere, usesGpu }: ProcessFacts): string =>
  `${usesGpu ? '' : ', and has opened no GPU'}${valueOf(elsewhere) === true ? '; it has a file system of its own (a container, a service)' : ''}`;
