import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { command as build } from '../../../src/cli/commands/build.ts';
import { installFake, TOOLKIT } from '../../support/prefix.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { commandContext } from '../../support/context.ts';

interface Caller {
  home: string;
  bin: string;
  call(args: readonly string[], options?: Record<string, string>): Promise<unknown>;
}

/** @param tools programs of the host that are on PATH; those that nvcc's script needs always are */
function caller(tools: readonly string[] = ['make', 'gcc', 'g++']): Caller {
  const dir = tempDir();
  const bin = join(dir, 'bin');
  mkdirSync(bin);
  for (const tool of tools) {
    writeFileSync(join(bin, tool), '#!/bin/sh\necho 7\n');
    chmodSync(join(bin, tool), 0o755);
  }
  for (const tool of ['sh', 'sed', 'dirname', 'readlink', 'basename', 'head', 'cat', 'ls']) {
    const path = execFileSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim();
    symlinkSync(path, join(bin, tool));
  }
  const home = join(dir, 'home');
  const context = commandContext(dir, { env: { HOME: dir, PATH: bin } });
  return { home, bin, call: (args, options = {}) => build.run(args, options, context) };
}

const containing = (text: string): string => expect.stringContaining(text) as string;

describe('build', () => {
  it.each<[string, readonly string[], Record<string, string>, string, string]>([
    ['an unknown recipe', ['darknt'], {}, 'unknown-recipe', 'did you mean darknet?'],
    ['a recipe that is installed', ['cuda10'], {}, 'nothing-to-build', 'what can be built: darknet'],
    ['a recipe that is tried', ['yolov4-nano'], {}, 'nothing-to-build', 'gpu-setup smoke yolov4-nano'],
    ['a name near another recipe', ['yolov4nano'], {}, 'unknown-recipe', 'it can be smoke-tested'],
    ['a GPU without a prefix', ['darknet'], { assumeGpu: '7.5' }, 'no-prefix', '--prefix NAME'],
    ['a source that is none', ['darknet'], { source: 'nowhere' }, 'source-missing', 'alexeyab, debian'],
    ['a GPU that is none', ['darknet'], { prefix: 'cuda10', assumeGpu: 'Voodoo 2' }, 'unknown-gpu', 'sm_75'],
  ])('refuses %s as usage', async (_what, args, options, code, hint) => {
    const { home, call } = caller();
    await installFake(home, 'cuda10');
    await expect(call(args, options)).rejects.toMatchObject({ code, exitCode: 2, hint: containing(hint) });
  });

  it('names the nearest of a prefix that is not there', async () => {
    const { home, call } = caller();
    await installFake(home, 'cuda10');
    await expect(call(['darknet'], { prefix: 'cuda1O' })).rejects.toMatchObject({
      code: 'unknown-prefix',
      exitCode: 1,
      hint: 'did you mean cuda10?',
    });
  });

  it('says which programs are missing, and the command that brings them', async () => {
    await expect(caller(['gcc']).call(['darknet'])).rejects.toMatchObject({
      code: 'build-tools-missing',
      message: 'darknet cannot be built: make, g++ not found',
      hint: 'sudo apt install make g++',
    });
  });

  it('takes no folder of that name for a program', async () => {
    const { bin, call } = caller(['gcc', 'g++']);
    mkdirSync(join(bin, 'make'));
    await expect(call(['darknet'])).rejects.toMatchObject({
      code: 'build-tools-missing',
      details: { missing: ['make'] },
    });
  });

  it('says which installation brings a compiler to a prefix that has none', async () => {
    const { home, call } = caller();
    const { 'bin/nvcc': _nvcc, ...tree } = TOOLKIT;
    await installFake(home, 'cuda10', { tree, info: { components: ['libraries'] } });
    await expect(call(['darknet'], { prefix: 'cuda10', assumeGpu: '7.5' })).rejects.toMatchObject({
      code: 'prefix-without-compiler',
      hint: containing('--with compiler,libraries --name cuda10-dev'),
    });
  });

  it('says which host compiler nvcc would take where none is here that it accepts', async () => {
    const { home, call } = caller(['make']);
    await installFake(home, 'cuda10');
    await expect(call(['darknet'], { prefix: 'cuda10', assumeGpu: '7.5' })).rejects.toMatchObject({
      code: 'no-host-compiler',
      message: containing('cuda10'),
      hint: containing('--with host-compiler'),
    });
  });
});
