import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript, shared with the build
import { esbuildFromFolders } from '../../../scripts/from-folders-plugin.mjs';
import { command as version } from '../../../src/cli/commands/version.ts';
import { GpuSetupError } from '../../../src/base/errors.ts';
import { commandContext, terminal } from '../../support/context.ts';
import { validatorFor } from '../../support/schema.ts';
import { tempDir } from '../../support/temp-dir.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const validate = validatorFor('version');

describe('version', () => {
  it('is the version alone, as --version prints it', async () => {
    const { json, text } = await version.run([], {}, commandContext(tempDir()));
    expect(text!(terminal)).toBe('0.0.0-test\n');
    expect(json).toEqual({ schema: 'gpu-setup/version@1', version: '0.0.0-test' });
  });

  it('says with -v what a report of a bug needs', async () => {
    const dir = tempDir();
    const context = commandContext(dir, { stdout: { ...terminal, verbose: true } });
    const { json, text } = await version.run([], {}, context);
    expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
    expect(json).toMatchObject({ runtime: { name: 'Node.js', version: process.versions.node } });
    const shown = text!(terminal);
    for (const row of [
      `home +${dir}/home`,
      `cache +${dir}/cache`,
      `configuration +${dir}/config`,
      'commit +unknown',
    ])
      expect(shown).toMatch(new RegExp(`^${row}$`, 'm'));
    expect(shown).toMatch(/^system +\S+.*, Linux \S+, \S+$/m);
    expect(shown).toMatch(/^memory +\d+\.\d GB$/m);
  });

  it('says it where no folder can be named, too', async () => {
    const context = commandContext(tempDir(), {
      stdout: { ...terminal, verbose: true },
      folders: () => {
        throw new GpuSetupError('no-home', 'none');
      },
    });
    const { json, text } = await version.run([], {}, context);
    expect(validate(json)).toBe(true);
    expect(text!(terminal)).toMatch(/^home +unknown$/m);
  });
});

it('what reads the system is loaded when it is asked for, and with no other module', async () => {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/main.ts'],
    outdir: tempDir(),
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    plugins: [esbuildFromFolders(ROOT)],
    logLevel: 'silent',
  });
  const outputs = Object.entries(metafile.outputs);
  const reading = outputs.filter(([, { inputs }]) =>
    Object.keys(inputs).some((input) => input.includes('node_modules/systeminformation/')),
  );
  expect(reading.length).toBeGreaterThan(0);
  const names = reading.map(([name]) => name);
  const importers = outputs.filter(
    ([name, { imports }]) => imports.some(({ path }) => names.includes(path)) && !names.includes(name),
  );
  for (const [name, { imports }] of importers) {
    expect(
      imports.filter(({ path }) => names.includes(path)).map(({ kind }) => kind),
      name,
    ).toEqual(['dynamic-import']);
  }
});
