/** Which machine is looked at: this one, a directory, a recorded one, a sample. */
import { resolve } from 'node:path';
import { usageError } from '../base/errors.ts';
import type { Machine } from '../machine/machine.ts';
import type { Context, OptionValues } from './command.ts';

const CHOICES = { snapshot: '--snapshot', root: '--root', example: '--example' } as const;

/** @throws GpuSetupError `options-conflict`, `bad-snapshot`, `bad-root`, `unknown-example` */
export async function chooseMachine(options: OptionValues, context: Context): Promise<Machine> {
  const given = Object.entries(CHOICES).filter(([key]) => options[key] !== undefined);
  if (given.length > 1) {
    throw usageError(
      'options-conflict',
      `${given.map(([, flag]) => flag).join(' and ')} exclude each other`,
      {
        hint: 'one machine is looked at at a time',
      },
    );
  }
  const { snapshot, root, example } = options;
  if (typeof snapshot === 'string') {
    const [{ loadRecording }, { snapshotMachine }] = await Promise.all([
      import('../machine/snapshot/load.ts'),
      import('../machine/snapshot/snapshot.ts'),
    ]);
    const loaded = await loadRecording(resolve(context.cwd, snapshot), context.signal);
    return snapshotMachine(loaded.snapshot, titleOf(snapshot, loaded.taken));
  }
  if (typeof root === 'string') {
    const { rootMachine } = await import('../machine/kinds/root.ts');
    return rootMachine(resolve(context.cwd, root));
  }
  if (typeof example === 'string') {
    const { exampleMachine } = await import('./examples.ts');
    return exampleMachine(example);
  }
  const { liveMachine } = await import('../machine/kinds/live.ts');
  return liveMachine({ env: context.env });
}

/** "nvidia-bug-report.log.gz, a report of nvidia-bug-report.sh" */
const titleOf = (file: string, taken: string | null): string => (taken === null ? file : `${file}, ${taken}`);
