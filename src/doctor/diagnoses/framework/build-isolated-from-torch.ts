import { byHand, command } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';
import type { Said, TestimonyOf, Witness } from '../../witness/testimony.ts';

/** How many lines of a traceback and of pip's frame lie between the import and what pip says of it. */
const OF_ONE_BUILD = 120;

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'pip builds the extension where PyTorch is not',
  related: ['wheel-not-found', 'extension-built-for-other-torch', 'torch-toolkit-mismatch'],
  textSummary:
    "The extension's setup.py imports torch, and pip builds in an environment of its own, without it",
  hears: hearing(['missing-module'], (one, all) => {
    if (one.module !== 'torch') return null;
    const failed = all.of('package').filter((other) => isBuild(other) && near(one, other));
    if (failed.length === 0) return null;
    const name = failed.find((other) => other.name !== null)?.name ?? collected(one, all);
    return {
      confidence: 'certain',
      namesCause: true,
      also: failed.slice(0, 1),
      fix: steps(name),
    };
  }),
  remedy: () => steps(null),
};

const isBuild = ({ manager, reason }: TestimonyOf<'package'>): boolean =>
  manager === 'pip' && reason === 'build-failed';

const near = (one: Said, other: Said): boolean => Math.abs(one.at - other.at) <= OF_ONE_BUILD;

/** The last framework that was named before: "Collecting flash-attn" and the name of its archive. */
function collected(one: Said, all: Witness): string | null {
  return all.of('framework').findLast(({ at, name }) => at < one.at && name !== 'torch')?.name ?? null;
}

function steps(name: string | null): FixStep[] {
  return [
    command(
      'torch-first',
      'See that PyTorch is in this environment; where it is not, install it first',
      ['python', '-c', 'import torch; print(torch.__version__, torch.version.cuda)'],
      { root: false },
    ),
    command(
      'build-tools',
      'Bring what the build needs besides: it will not be fetched for it',
      ['python', '-m', 'pip', 'install', 'setuptools', 'wheel', 'packaging', 'ninja'],
      { root: false },
    ),
    withoutIsolation(name),
  ];
}

function withoutIsolation(name: string | null): FixStep {
  const title = 'Build in this environment, with the PyTorch that is here';
  return name === null
    ? byHand('no-isolation', `${title}: the same pip install with --no-build-isolation`)
    : command('no-isolation', title, ['python', '-m', 'pip', 'install', '--no-build-isolation', name], {
        root: false,
      });
}
