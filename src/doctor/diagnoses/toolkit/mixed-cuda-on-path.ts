import { shellWord } from '../../../base/processes/shell-line.ts';
import type { Facts } from '../../../machine/facts.ts';
import { majorMinor } from '../../../compat/dotted-version.ts';
import { valueOf } from '../../../machine/answer.ts';
import { counts, nameOfToolkit } from '../../../machine/questions/toolkit.ts';
import { evidence } from '../../evidence.ts';
import { inPlaceOf, script } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'warning',
  title: 'Parts of several CUDA releases are mixed',
  related: ['cuda-lib-wrong-version', 'cuda-home-wrong'],
  textSummary: 'A build links what another CUDA release made',
  hears: hearing(['version-mismatch', 'trouble'], (one) => {
    if (one.kind === 'trouble')
      return heardTrouble(one, {
        'toolkit-mixed': {
          severity: 'error',
          confidence: 'certain',
          namesCause: true,
          rank: 2,
          summary: `A build takes parts of several CUDA releases${one.detail === null ? '' : `: ${one.detail}`}`,
        },
      });
    const { of, asker, found, expected, atLeast } = one;
    // A file that nvlink was given; frameworks say of a whole CUDA that it is another one.
    if (of !== 'cuda' || asker === undefined || expected === null) return null;
    return {
      severity: 'error',
      confidence: 'certain',
      namesCause: true,
      rank: 2,
      summary: atLeast
        ? `${asker} was made by a CUDA before ${expected}, and has to be built again with the toolkit that links it`
        : `${asker} is of CUDA ${found}, and the nvlink that links it of CUDA ${expected}`,
    };
  }),
  judge(facts, { needs }) {
    const used = (valueOf(facts.toolkits) ?? []).filter(({ inUse }) =>
      inUse.some((why) => why === 'PATH' || why === 'CUDA_HOME' || why === 'CUDA_PATH'),
    );
    const releases = new Set(used.flatMap(({ version }) => (version === null ? [] : [majorMinor(version)])));
    if (releases.size < 2) return [];
    return [
      {
        subject: 'machine',
        // Whoever asks for a CUDA that is not among them uses none of them.
        severity: used.some((toolkit) => counts(toolkit, needs)) ? 'warning' : 'info',
        confidence: 'certain',
        summary: `PATH and CUDA_HOME lead to different CUDA releases: ${used.map((t) => `${nameOfToolkit(t)} by ${t.inUse.join(', ')}`).join('; ')}`,
        evidence: [
          evidence(facts.toolkits, 'toolkits in use', () => used.map(nameOfToolkit).join(', ')),
          evidence(facts.cudaHome, 'CUDA_HOME', String),
        ],
        fix: [],
      },
    ];
  },
  remedy: (facts) => {
    const path = onPath(facts);
    const root =
      path === undefined
        ? '"$(dirname "$(dirname "$(readlink -f "$(command -v nvcc)")")")"'
        : shellWord(path);
    return [
      script(
        'one-toolkit',
        'Let the toolkit whose nvcc is on PATH supply everything',
        `export CUDA_HOME=${root}`,
        {
          root: false,
        },
      ),
      script(
        'its-libraries',
        'Its libraries too',
        'export LD_LIBRARY_PATH="$CUDA_HOME/lib64${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"',
        { root: false },
      ),
      ...inPlaceOf('one-toolkit', supplyCuda({ cuda: null }, facts)),
    ];
  },
};

function onPath(facts: Facts | null): string | undefined {
  const toolkits = facts === null ? [] : (valueOf(facts.toolkits) ?? []);
  return toolkits.find(({ inUse }) => inUse.includes('PATH'))?.path;
}
