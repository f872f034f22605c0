import { valueOf } from '../../../machine/answer.ts';
import type { Facts } from '../../../machine/facts.ts';
import { evidence } from '../../evidence.ts';
import { byHand, command, script } from '../../fix/steps.ts';
import { loadedBy, mappedRow, nameOfProcess, subjectOfProcess } from '../../question/process.ts';
import { hearing, type DiagnosisDefinition, type Finding } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['libcuda', 'process'],
  severity: 'error',
  title: 'A stub is loaded in place of libcuda',
  causes: [{ code: 'driver-too-old-for-cuda' }, { code: 'no-nvidia-gpu' }, { code: 'libcuda-missing' }],
  related: ['libcuda-missing', 'compat-lib-unsupported'],
  textSummary: "The toolkit's stub of libcuda, which is for linking only, is loaded in place of the driver's",
  hears: hearing(['error-code', 'trouble'], (one) =>
    one.kind === 'trouble'
      ? heardTrouble(one, { 'stub-loaded': { confidence: 'likely', namesCause: true } })
      : heardError(one, { 'cuda 34': { confidence: 'certain', namesCause: true } }),
  ),
  judge(facts) {
    return [...ofProcess(facts), ...ofLoader(facts)];
  },
  remedy: () => [
    script(
      'find-stubs',
      'See where a stubs folder is on the search path: LD_LIBRARY_PATH or ld.so.conf.d',
      'echo "$LD_LIBRARY_PATH" | tr : "\\n" | cat - /etc/ld.so.conf.d/*.conf | grep stubs',
      { root: false },
    ),
    byHand('drop-stubs', 'Take every .../lib64/stubs out of there'),
    command('ldconfig', "Refresh the loader's cache", ['ldconfig']),
  ],
};

function ofLoader(facts: Facts): Finding[] {
  const { libcudaLoaded } = facts.driverLibraries;
  if (libcudaLoaded.state !== 'present' || !libcudaLoaded.value.stub) return [];
  const { path, by } = libcudaLoaded.value;
  return [
    {
      subject: 'machine',
      severity: 'error',
      confidence: 'certain',
      summary: `The loader takes ${path}, a stub for linking only, in place of the driver's libcuda (by ${by})`,
      evidence: [
        evidence(libcudaLoaded, 'libcuda.so.1 for the loader', (file) => `${file.realPath} (by ${file.by})`),
      ],
      fix: [],
    },
  ];
}

/** Which file it is was seen in its memory, however it was found. */
function ofProcess(facts: Facts): Finding[] {
  const process = valueOf(facts.process);
  const stubs = loadedBy(facts, ({ stub }) => stub);
  if (process === undefined || stubs.length === 0) return [];
  return [
    {
      subject: subjectOfProcess(process),
      severity: 'error',
      confidence: 'certain',
      summary: `${nameOfProcess(process)} has loaded ${stubs[0]!.path}, a stub for linking only, in place of the driver's libcuda`,
      evidence: [mappedRow(facts, stubs)],
      fix: [],
    },
  ];
}
