/** `plan`: which driver, toolkit, cuDNN, compiler, Python and framework fit together on a machine, or why not. */
import { ExitCode, usageError } from '../../base/errors.ts';
import { withSystem } from '../../stack/machine.ts';
import type { Requirements } from '../../stack/requirements/types.ts';
import type { Plan, PlanRequest } from '../../stack/types.ts';
import type { CommandDefinition, Context, OptionValues, Outcome } from '../command.ts';
import { textOf } from '../call/parse-arguments.ts';
import { assumedMachine, recordedMachine } from '../machine-options.ts';
import { planMachine } from '../plan-machine.ts';

export const summary = 'which driver, CUDA, Python and framework fit together, or why not';

export const command: CommandDefinition = {
  arguments: [
    {
      syntax: '[spec...]',
      description: 'what is to run: tensorflow@1.9, torch, cuda@10.0 cudnn@7.5, or a recipe',
      completes: ['planned', 'spec'],
    },
  ],
  options: [
    {
      flags: '--requirements <file>',
      description: 'a requirements.txt, environment.yml, pyproject.toml, package.json or Dockerfile',
      completes: 'file',
    },
    { flags: '--all', description: 'everything that this machine can run' },
    { flags: '--purpose <purpose>', description: 'what the machine is for', choices: ['run', 'build'] },
    ...recordedMachine('plan for'),
    ...assumedMachine('plan'),
    { flags: '--assume-python <version>', description: 'plan as if this Python were the one: 3.10' },
  ],
  examples: [
    ['gpu-setup plan tensorflow@1.9', 'what TensorFlow 1.9 needs here, or why it cannot work'],
    ['gpu-setup plan torch', 'the newest PyTorch that fits this GPU and driver'],
    ['gpu-setup plan --requirements requirements.txt', 'what a project asks for'],
    ['gpu-setup plan --all', 'everything that this machine can run'],
    [
      'gpu-setup plan cuda@13 --assume-gpu "GTX 1080 Ti" --assume-driver 580.82.07 --assume-os ubuntu-24.04',
      'the same of another machine, without looking at this one',
    ],
  ],
  async run(words, options, context) {
    const purpose = options['purpose'] === 'build' ? 'build' : 'run';
    refuseConflicts(words, options);
    if (options['all'] === true) return allOf(await planMachine(options, context), purpose);
    const machine = await planMachine(options, context);
    const { wanted, notes, system } = await asked(words, options, context, {
      python: machine.pythons?.[0] ?? null,
      architecture: machine.architecture,
    });
    const { plan } = await import('../../stack/plan.ts');
    // Whoever names a system means it.
    const isOther = system !== undefined && options['assumeOs'] === undefined;
    return outcomeOf(plan({ wanted, purpose }, isOther ? withSystem(machine, system) : machine, notes));
  },
};

function refuseConflicts(words: readonly string[], options: OptionValues): void {
  const given = [
    ...(words.length > 0 ? [words.join(' ')] : []),
    ...(options['requirements'] === undefined ? [] : ['--requirements']),
    ...(options['all'] === true ? ['--all'] : []),
  ];
  if (given.length > 1) {
    throw usageError('options-conflict', `${given.slice(0, 2).join(' and ')} exclude each other`, {
      hint: 'a plan is made for words, for a file, or for everything',
    });
  }
  if (given.length === 0) {
    throw usageError('missing-argument', 'nothing is named that is to fit', {
      hint: ['gpu-setup plan torch', 'gpu-setup plan --all shows everything that this machine can run'],
    });
  }
}

async function asked(
  words: readonly string[],
  options: OptionValues,
  context: Context,
  target: { python: string | null; architecture: string | null },
): Promise<Requirements> {
  const file = textOf(options, 'requirements');
  if (file === undefined) {
    const { wantedOfWords } = await import('../../recipe/plan-words.ts');
    return {
      wanted: await wantedOfWords(words, { config: context.folders().config, cwd: context.cwd }),
      notes: [],
    };
  }
  const { wantedOfFile } = await import('../../stack/requirements/wanted-of-file.ts');
  return wantedOfFile(file, context.cwd, target);
}

const EXIT: Readonly<Record<Plan['feasible'], number>> = {
  yes: ExitCode.ok,
  no: ExitCode.failed,
  unknown: ExitCode.unverified,
};

async function outcomeOf(plan: Plan): Promise<Outcome> {
  const { renderPlan } = await import('../../report/plan.ts');
  return {
    exitCode: EXIT[plan.feasible],
    json: plan,
    text: (terminal) => renderPlan(plan, terminal),
    hints: hintsOf(plan),
  };
}

/** What to type for the nearest stack that only another version stands between; what would settle what is not known. */
function hintsOf({ feasible, alternatives, machine }: Plan): readonly string[] {
  if (feasible === 'unknown' && machine.gpus === null) {
    return [
      'name the GPU: --assume-gpu "GTX 1660 Ti", a PCI id or sm_75; gpu-setup doctor says why it could not be seen',
    ];
  }
  const other = alternatives.find(({ change }) => change === 'framework' || change === 'cuda')?.stack;
  if (other === undefined) return [];
  const { framework, cuda } = other;
  const spec = framework === null ? `cuda@${cuda}` : `${framework.name}@${framework.version}`;
  return [`gpu-setup plan ${spec} says what to type for it`];
}

/** Something fits: fine; nothing does: wrong; of nothing it is known: not known. */
async function allOf(
  machine: Awaited<ReturnType<typeof planMachine>>,
  purpose: PlanRequest['purpose'],
): Promise<Outcome> {
  const [{ planAll }, { renderPlanList }] = await Promise.all([
    import('../../stack/plan-all.ts'),
    import('../../report/plan-list.ts'),
  ]);
  const list = planAll(machine, purpose);
  const found = (['yes', 'unknown', 'no'] as const).find((one) =>
    list.plans.some(({ feasible }) => feasible === one),
  );
  return {
    exitCode: EXIT[found ?? 'unknown'],
    json: list,
    text: (terminal) => renderPlanList(list, terminal),
    hints: ['gpu-setup plan NAME says why, and what to type'],
  };
}
