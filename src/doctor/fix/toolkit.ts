/** Getting a toolkit: gpu-setup's own way first, since it touches nothing else. */
import type { FixStep, Question } from '../types.ts';
import { command, script } from './steps.ts';

export function installToolkit(question: Question | null): FixStep[] {
  const needs = question?.needs ?? null;
  const what = needs?.install ?? ['cuda11'];
  return [
    command(
      'install-toolkit',
      needs === null || needs.install === null
        ? 'Install a toolkit into a prefix of its own, beside others and without root (cuda9, cuda10, cuda11, cuda12, ...)'
        : `Install what ${needs.recipe} needs into a prefix of its own, beside others and without root`,
      ['gpu-setup', 'install', ...what],
      { root: false },
    ),
    script(
      'use-toolkit',
      'Then build and run inside it',
      `gpu-setup run ${needs?.prefix ?? what[0]} -- make`,
      { root: false },
    ),
  ];
}

/** One release, whatever else is needed: "12.8" becomes cuda@12.8. */
export function toolkitInPrefix(id: string, title: string, cuda: string): FixStep[] {
  return [command(id, title, ['gpu-setup', 'install', `cuda@${cuda}`], { root: false })];
}
