/** which, as it is called: exit codes, and the document that it prints. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { command as which } from '../../../src/cli/commands/which.ts';
import { commandContext, terminal } from '../../support/context.ts';
import { elfImage } from '../../support/elf-image.ts';
import { validatorFor } from '../../support/schema.ts';
import { tempDir } from '../../support/temp-dir.ts';

const validate = validatorFor('which');

/** An unpacked image with one CUDA runtime in a folder that the loader looks in. */
function image(): string {
  const root = tempDir();
  const folder = join(root, 'usr/lib/x86_64-linux-gnu');
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(root, 'etc'));
  writeFileSync(join(folder, 'libcudart.so.12'), elfImage({ soname: 'libcudart.so.12' }));
  return root;
}

describe('which', () => {
  it('prints a document of its schema, and ends with 0 where all that was named is found', async () => {
    const { json, exitCode, text } = await which.run(
      ['libcudart'],
      { root: image() },
      commandContext(tempDir()),
    );
    expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
    expect(exitCode).toBe(0);
    expect(text!(terminal)).toContain('/usr/lib/x86_64-linux-gnu/libcudart.so.12');
  });

  it('ends with 1 where something that was named is not there', async () => {
    const { json, exitCode } = await which.run(['libcublas'], { root: image() }, commandContext(tempDir()));
    expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
    expect(exitCode).toBe(1);
  });

  it.each(['/usr/lib/libcuda.so', '../x', 'a b', ''])('takes no path for a name: %j', async (name) => {
    await expect(which.run([name], { root: image() }, commandContext(tempDir()))).rejects.toMatchObject({
      code: 'bad-library-name',
    });
  });
});
