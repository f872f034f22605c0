// Runs smoke.py with the Python that build.mjs made (options.program) and gives its judgement back.
import { join } from 'node:path';

const MINUTES = 10;

export default async (ctx) => {
  const { program } = ctx.options;
  if (typeof program !== 'string') {
    ctx.fail(
      'not-built',
      'TensorFlow 1.9 is not built here',
      'gpu-setup build tensorflow-1.9 --prefix cuda9',
    );
  }
  const words = ctx.gpu === null || ctx.gpu.assumed ? [] : ['--want-gpu'];
  // -B: the folder of the recipe is not ours to write into.
  const run = await ctx.$({
    nothrow: true,
    timeout: `${MINUTES}m`,
  })`${program} -B ${join(ctx.paths.recipe, 'smoke.py')} ${words}`;
  // TensorFlow prints warnings before.
  const line = run.stdout.trim().split('\n').at(-1) ?? '';
  if (run.exitCode !== 0 || !line.startsWith('{')) {
    ctx.fail('smoke-failed', `TensorFlow did not run: ${run.stderr.trim().split('\n').at(-1) ?? ''}`);
  }
  const result = JSON.parse(line);
  for (const note of result.notes) ctx.log(note);
  return result;
};
