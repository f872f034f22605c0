import { majorOf } from '../../../compat/dotted-version.ts';
import { valueOf } from '../../../machine/answer.ts';
import type { MappedLibrary } from '../../../machine/facts.ts';
import { kindOfLibrary } from '../../library-kind.ts';
import { byHand, script } from '../../fix/steps.ts';
import { loadedBy, mappedRow, nameOfProcess, subjectOfProcess } from '../../question/process.ts';
import type { DiagnosisDefinition, FixStep } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['process'],
  severity: 'warning',
  title: 'The process has loaded two releases of one CUDA library',
  related: ['mixed-cuda-on-path', 'pip-nvidia-libs-mixed', 'cudnn-version-mismatch'],
  judge(facts) {
    const process = valueOf(facts.process);
    if (process === undefined) return [];
    return [...byLibrary(loadedBy(facts, isOfCuda)).values()]
      .filter((copies) => majorsOf(copies).length > 1)
      .slice(0, 1)
      .map((copies) => ({
        subject: subjectOfProcess(process),
        severity: 'warning',
        confidence: 'likely',
        summary: `${nameOfProcess(process)} has loaded lib${copies[0]!.library} of ${majorsOf(copies).join(' and of ')}: parts of it are built for different CUDAs, and what one makes the other does not know`,
        evidence: [mappedRow(facts, copies)],
        fix: [],
      }));
  },
  remedy,
};

const isOfCuda = ({ library, version }: MappedLibrary): boolean => {
  const kind = kindOfLibrary(`lib${library}.so`);
  return version !== null && (kind === 'cuda' || kind === 'cudnn');
};

function byLibrary(libraries: readonly MappedLibrary[]): Map<string, MappedLibrary[]> {
  const copies = new Map<string, MappedLibrary[]>();
  for (const one of libraries) copies.set(one.library, [...(copies.get(one.library) ?? []), one]);
  return copies;
}

/** Releases of one major work beside each other. */
const majorsOf = (copies: readonly MappedLibrary[]): number[] =>
  [...new Set(copies.map(({ version }) => majorOf(version!)))].filter((major) => major !== null);

function remedy(): FixStep[] {
  return [
    byHand(
      'see-who-needs-it',
      'See from the paths which package or toolkit each of the two comes from; take both parts for one CUDA',
    ),
    script(
      'without-ld-library-path',
      'Where one of them comes by LD_LIBRARY_PATH: start the program without it',
      'unset LD_LIBRARY_PATH',
      { root: false, alternativeTo: 'see-who-needs-it' },
    ),
  ];
}
