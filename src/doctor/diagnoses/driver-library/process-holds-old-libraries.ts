import { valueOf } from '../../../machine/answer.ts';
import { byHand } from '../../fix/steps.ts';
import { isOfDriver, loadedBy, mappedRow, nameOfProcess, subjectOfProcess } from '../../question/process.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['process'],
  severity: 'warning',
  title: 'The process runs with libraries that were replaced on disk',
  explainedBy: [{ code: 'driver-library-mismatch' }],
  related: ['driver-library-mismatch', 'process-mixes-cuda'],
  judge(facts) {
    const process = valueOf(facts.process);
    const old = loadedBy(facts, ({ deleted }) => deleted);
    if (process === undefined || old.length === 0) return [];
    const names = [...new Set(old.map(({ library }) => `lib${library}`))];
    const whose = old.some(isOfDriver) ? 'an update of the driver' : 'an update';
    return [
      {
        subject: subjectOfProcess(process),
        severity: 'warning',
        confidence: 'certain',
        summary: `${nameOfProcess(process)} still runs with ${names.join(', ')} from before ${whose}: those files are gone, and what it loads or starts from now on is of the new version`,
        evidence: [mappedRow(facts, old)],
        fix: [],
      },
    ];
  },
  remedy: () => [
    byHand('restart-program', 'Start the program anew: it then loads the files that are there now'),
  ],
};
