import { majorMinor } from '../../../compat/dotted-version.ts';
import { valueOf } from '../../../machine/answer.ts';
import { counts, nameOfToolkit } from '../../../machine/questions/toolkit.ts';
import { evidence } from '../../evidence.ts';
import { script } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'warning',
  title: 'Parts of several CUDA releases are mixed',
  related: ['cuda-lib-wrong-version', 'cuda-home-wrong'],
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
  remedy: () => [
    script(
      'one-toolkit',
      'Let one toolkit supply everything',
      'gpu-setup run cuda10 -- make   # or set PATH, CUDA_HOME and LD_LIBRARY_PATH to the same toolkit',
      { root: false },
    ),
  ],
};
