import type { Facts } from '../../../machine/facts.ts';
import { cut } from '../../evidence.ts';
import { byHand } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type Finding } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['nvcc'],
  severity: 'error',
  title: 'sudo drops the CUDA environment',
  causes: [{ code: 'nvcc-not-on-path' }, { code: 'cuda-lib-not-found' }, { code: 'libcuda-missing' }],
  related: ['nvcc-not-on-path', 'cuda-lib-not-found'],
  hears: hearing(['missing-program'], ({ program, under }) =>
    program === 'nvcc' && under === 'sudo' ? { confidence: 'certain', namesCause: true, rank: 5 } : null,
  ),
  judge: dropped,
  remedy: () => [
    byHand('no-sudo', 'Build without sudo; only the installation needs root'),
    byHand(
      'keep-path',
      'Or carry the search paths over: sudo env "PATH=$PATH" "LD_LIBRARY_PATH=$LD_LIBRARY_PATH", and then the command',
      { alternativeTo: 'no-sudo' },
    ),
  ],
};

/** Something of CUDA's is not found under sudo, although the same machine has it without. */
function dropped(facts: Facts): Finding[] {
  const works = facts.nvcc.state === 'present';
  return facts.transcripts.flatMap(({ argv, stdout, stderr }) => {
    const line = `${stdout}\n${stderr}`
      .split('\n')
      .find((text) => /\bnvcc: (?:command )?not found/.test(text.slice(0, 4096)));
    if (argv[0] !== 'sudo' || line === undefined || !works) return [];
    return [
      {
        subject: 'machine',
        severity: 'error' as const,
        confidence: 'likely' as const,
        summary: 'nvcc is there for you, but not under sudo, which resets PATH',
        evidence: [{ from: `command: ${argv.join(' ')}`, excerpt: cut(line.trim()) }],
        fix: [],
      },
    ];
  });
}
