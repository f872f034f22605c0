// Runs smoke.py with the Python that build.mjs made (options.program) and gives its judgement back:
// { checks: [ { rung, name, status, because, figures } ], notes: [...] }.
import { join } from 'node:path';

const MINUTES = 10;

export default async (ctx) => {
  const { program } = ctx.options;
  if (!ctx.cpu.avx) {
    ctx.fail(
      'tf-cpu-illegal-instruction',
      'TensorFlow 1.6 and newer need a CPU with AVX, and this one has none',
      'gpu-setup explain tf-cpu-illegal-instruction',
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
