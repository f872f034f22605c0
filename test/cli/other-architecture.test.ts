/** Commands on a prefix for another machine: what cannot run here is refused before it is tried, everything else says whose it is. */
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { hostArchitecture, PACKAGE_ARCHITECTURES } from '../../src/base/architecture.ts';
import type { WorkEvent } from '../../src/base/events.ts';
import type { CommandDefinition, OptionValues, Outcome } from '../../src/cli/command.ts';
import { command as build } from '../../src/cli/commands/build.ts';
import { command as env } from '../../src/cli/commands/env.ts';
import { command as install } from '../../src/cli/commands/install.ts';
import { command as list } from '../../src/cli/commands/list.ts';
import { command as run } from '../../src/cli/commands/run.ts';
import { command as shell } from '../../src/cli/commands/shell.ts';
import { command as show } from '../../src/cli/commands/show.ts';
import { command as smoke } from '../../src/cli/commands/smoke.ts';
import { command as use } from '../../src/cli/commands/use.ts';
import { command as verify } from '../../src/cli/commands/verify.ts';
import { foreignArchitecture } from '../../src/prefix/use/foreign.ts';
import { commandContext, terminal } from '../support/context.ts';
import { installFake, TOOLKIT } from '../support/prefix.ts';
import { validatorFor } from '../support/schema.ts';
import { tempDir } from '../support/temp-dir.ts';

const OTHER = PACKAGE_ARCHITECTURES.find((one) => one !== hostArchitecture())!;
const NAME = `cuda10-${OTHER}`;
/** As an emulator that is registered with the kernel would let it answer. */
const RUNS = '#!/bin/sh\necho "Cuda compilation tools, release 10.0, V10.0.130"\n';

let home: string;
let events: WorkEvent[];
let call: (command: CommandDefinition, args: string[], options?: OptionValues) => Promise<Outcome>;
beforeEach(async () => {
  const dir = tempDir();
  home = join(dir, 'home');
  events = [];
  const context = commandContext(dir, {
    env: { PATH: '/usr/bin:/bin' },
    emit: (event) => events.push(event),
  });
  call = async (command, args, options = {}) => command.run(args, options, context);
  await installFake(home, 'cuda10', { info: { architecture: hostArchitecture() } });
});
const foreign = (nvcc: string | Uint8Array): Promise<string> =>
  installFake(home, NAME, { tree: { ...TOOLKIT, 'bin/nvcc': nvcc }, info: { architecture: OTHER } });
const text = (outcome: Outcome): string => outcome.text!(terminal);

function expectSchema(name: string, outcome: Outcome): void {
  const validate = validatorFor(name);
  expect(validate(outcome.json), JSON.stringify(validate.errors)).toBe(true);
}

describe('a prefix for another machine', () => {
  it.each([
    ['run', run, [NAME, 'true'], {}, 125],
    ['shell', shell, [NAME], {}, 125],
    ['use', use, [NAME], {}, 1],
    ['smoke', smoke, [NAME], {}, 1],
    ['build', build, ['darknet'], { prefix: NAME, source: '/' }, 1],
  ] as const)(
    'is not for %s where its programs do not start',
    async (_name, command, args, options, exit) => {
      await foreign('no program: nothing that a kernel or shell could start\n');
      await expect(call(command, [...args], options)).rejects.toMatchObject({
        code: 'prefix-other-architecture',
        exitCode: exit,
        message: expect.stringContaining(`for ${OTHER}, and this machine is ${hostArchitecture()}`) as string,
      });
    },
  );

  it('is one to use where they do: that is tried, whatever is registered with the kernel', async () => {
    const path = await foreign(RUNS);
    expect(await call(use, [NAME])).toMatchObject({ json: { name: NAME, path } });
  });

  it('is not in the way of a prefix of this machine', async () => {
    expect(await foreignArchitecture(join(home, 'prefixes/cuda10'))).toBeNull();
    expect(await call(use, ['cuda10'])).toMatchObject({ exitCode: 0 });
  });

  it('is told from others by list, show, verify and env', async () => {
    await foreign(RUNS);
    const listed = await call(list, []);
    expectSchema('list', listed);
    expect(text(listed)).toMatch(
      new RegExp(`^NAME +FOR .*\\ncuda10 +${hostArchitecture()} .*\\n${NAME} +${OTHER} `, 'm'),
    );
    const shown = await call(show, [NAME]);
    expectSchema('prefix', shown);
    expect(shown.json).toMatchObject({ architecture: OTHER, hostCompiler: { state: 'none' } });
    expect(text(shown)).toMatch(new RegExp(`^architecture +${OTHER} \\(this machine has another\\)$`, 'm'));
    const verified = await call(verify, [NAME]);
    expectSchema('verify', verified);
    expect(verified.json).toMatchObject({ architecture: OTHER });
    expect(text(verified)).toContain(`${NAME} (for ${OTHER})`);
    const printed = await call(env, [NAME]);
    expectSchema('env', printed);
    expect(printed.json).toMatchObject({ architecture: OTHER });
    expect(events).toContainEqual({
      type: 'notice',
      level: 'warning',
      text: expect.stringContaining(`${NAME} is for ${OTHER}`) as string,
    });
  });

  it('adds no column to list where there is none', async () => {
    expect(text(await call(list, []))).toMatch(/^NAME +CUDA /);
  });
});

describe('--architecture', () => {
  it.each(['sparc', '', '../arm64', 'ppc64le'])('refuses "%s"', async (architecture) => {
    await expect(call(install, ['cuda10'], { architecture, dryRun: true })).rejects.toMatchObject({
      code: 'bad-architecture',
      exitCode: 2,
    });
  });

  it.each(['arm64', 'aarch64', 'sbsa'])(
    'takes %s, and says what there is where a release has none',
    async (architecture) => {
      await expect(call(install, ['cuda@9.0'], { architecture, dryRun: true })).rejects.toMatchObject({
        code: 'architecture-not-served',
        message: expect.stringContaining('for arm64, only for amd64') as string,
      });
    },
  );
});
