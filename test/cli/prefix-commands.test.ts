import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommandDefinition, OptionValues, Outcome } from '../../src/cli/command.ts';
import { command as env } from '../../src/cli/commands/env.ts';
import { command as list } from '../../src/cli/commands/list.ts';
import { command as prune } from '../../src/cli/commands/prune.ts';
import { command as remove } from '../../src/cli/commands/remove.ts';
import { command as run } from '../../src/cli/commands/run.ts';
import { command as show } from '../../src/cli/commands/show.ts';
import { command as use } from '../../src/cli/commands/use.ts';
import { command as verify } from '../../src/cli/commands/verify.ts';
import { against, fakeBuild } from '../support/build.ts';
import { asOrdinaryUser } from '../support/ordinary-user.ts';
import { LOCK_OF_0_1 } from '../support/lock-of-0-1.ts';
import { installFake, TOOLKIT, type Tree } from '../support/prefix.ts';
import { validatorFor } from '../support/schema.ts';
import { tempDir } from '../support/temp-dir.ts';
import { commandContext, terminal } from '../support/context.ts';

interface User {
  home: string;
  cache: string;
  call(command: CommandDefinition, args: readonly string[], options?: OptionValues): Promise<Outcome>;
}

function user(): User {
  const folder = tempDir();
  const home = join(folder, 'home');
  const context = commandContext(folder, { env: { PATH: '/usr/bin:/bin' } });
  return {
    home,
    cache: join(folder, 'cache'),
    call: (command, args, options = {}) => command.run(args, options, context),
  };
}

function expectSchema(name: string, outcome: Outcome): void {
  const validate = validatorFor(name);
  expect(validate(outcome.json), JSON.stringify(validate.errors)).toBe(true);
}

const textOf = (outcome: Outcome): string => outcome.text!(terminal);

describe('commands about prefixes', () => {
  it('list: installed and damaged ones, in the published form', async () => {
    const { home, call } = user();
    await installFake(home, 'cuda10', { info: { cudnn: '7.5.0.56' } });
    rmSync(join(await installFake(home, 'half'), '.gpu-setup/manifest.json'));
    const outcome = await call(list, []);
    expectSchema('list', outcome);
    expect(outcome.exitCode).toBe(0);
    expect(textOf(outcome)).toMatch(/^cuda10 +10\.0\.130 +7\.5\.0\.56 +3\.0 kB +\/.*\/prefixes\/cuda10$/m);
    expect(textOf(outcome)).toMatch(/^half +damaged .*manifest\.json/m);
    expect(outcome.hints).toEqual([expect.stringContaining('gpu-setup verify half --repair')]);
  });

  it('list: of a generation that is gone nothing can be made anew', async () => {
    const { home, call } = user();
    await installFake(home, 'gone');
    rmSync(join(home, 'generations'), { recursive: true });
    const outcome = await call(list, []);
    expect(textOf(outcome)).toMatch(/^gone +damaged .*the generation that it leads to is gone/m);
    expect(outcome.hints).toEqual(['"gone" is damaged: gpu-setup remove gone, then install it again']);
  });

  it('list: marks the prefix that was chosen, and goes on where what says so is damaged', async () => {
    const { home, call } = user();
    await installFake(home, 'cuda9');
    const path = await installFake(home, 'cuda10');
    const before = await call(list, []);
    expect(before.json).toMatchObject({ current: null });
    expect(textOf(before)).not.toContain('IN USE');
    await call(use, ['cuda10']);
    const outcome = await call(list, []);
    expectSchema('list', outcome);
    expect(outcome.json).toMatchObject({ current: path });
    expect(textOf(outcome)).toMatch(/^cuda10 +yes .*\ncuda9 +- +10/m);
    rmSync(join(home, 'current'));
    writeFileSync(join(home, 'current'), 'cuda10');
    expect((await call(list, [])).json).toMatchObject({ current: null, prefixes: [{}, {}] });
  });

  it('list: names a compiler that a prefix has of its own, with its size', async () => {
    const { home, call } = user();
    await installFake(home, 'cuda10');
    const own = {
      name: 'g++-7',
      version: '7.5.0-3ubuntu1~18.04',
      architecture: 'amd64',
      source: 'ubuntu-bionic',
    };
    const digests = { sha256: 'a'.repeat(64), payloadSha256: 'b'.repeat(64) };
    await installFake(home, 'with-gcc', {
      info: { packages: [{ ...own, ...digests }], bytes: { own: 0, shared: 3000, hostCompiler: 2000 } },
    });
    const outcome = await call(list, []);
    expectSchema('list', outcome);
    expect(textOf(outcome)).toMatch(/^NAME +CUDA +CUDNN +SIZE +OWN COMPILER +PATH$/m);
    expect(textOf(outcome)).toMatch(/^with-gcc .* 3\.0 kB +gcc 7\.5\.0 \(2\.0 kB\)/m);
    expect(textOf(outcome)).toMatch(/^cuda10 .* 3\.0 kB +- /m);
  });

  it('list: says what it may not look into, and never that nothing is installed', async () => {
    const { home, call } = user();
    await installFake(home, 'cuda10');
    chmodSync(join(home, 'prefixes'), 0);
    const outcome = await asOrdinaryUser(join(home, '..'), () => call(list, []));
    expectSchema('list', outcome);
    expect(textOf(outcome)).toMatch(/^\? +unknown .*prefixes: EACCES/m);
    expect(outcome.hints).toEqual([expect.stringContaining(join(home, 'prefixes'))]);
  });

  it('list: says how to begin where nothing is installed', async () => {
    const outcome = await user().call(list, []);
    expectSchema('list', outcome);
    expect(outcome.hints).toEqual(['gpu-setup install cuda10']);
  });

  it('show: where a prefix came from, and which compiler its nvcc would take here', async () => {
    const { home, call } = user();
    await installFake(home, 'cuda10');
    const outcome = await call(show, ['cuda10']);
    expectSchema('prefix', outcome);
    expect(textOf(outcome)).toMatch(/^host compiler +\S/m);
    await expect(call(show, ['cuda01'])).rejects.toMatchObject({ exitCode: 1, hint: 'did you mean cuda10?' });
  });

  it('show: why each package is there by the lock; without one, or where it is damaged, all the rest', async () => {
    const { home, call } = user();
    const one = { name: 'cuda-cudart-10-0', version: '10.0.130-1', architecture: 'amd64' };
    const digests = { sha256: 'a'.repeat(64), payloadSha256: 'b'.repeat(64) };
    const info = { packages: [{ ...one, source: 'nvidia-cuda-ubuntu1804', ...digests }] };
    const withLock = (lock: string): Tree => ({ ...TOOLKIT, '.gpu-setup/gpu-setup.lock': lock });
    await installFake(home, 'locked', { info, tree: withLock(LOCK_OF_0_1) });
    await installFake(home, 'bare', { info });
    await installFake(home, 'damaged', { info, tree: withLock('{') });
    const outcome = await call(show, ['locked']);
    expectSchema('prefix', outcome);
    expect(outcome.json).toMatchObject({
      packages: [{ why: { components: ['libraries'], specs: ['cuda@10.0'], neededBy: null } }],
    });
    expect(textOf(outcome)).toMatch(/SOURCE +WHY\n.* libraries of cuda@10\.0$/m);
    for (const name of ['bare', 'damaged']) {
      const shown = await call(show, [name]);
      expectSchema('prefix', shown);
      expect(shown.json).toMatchObject({ packages: [{ why: null }] });
      expect(textOf(shown)).toMatch(/SOURCE\n/);
    }
  });

  it('verify: exit code 1 and the path where a file changed', async () => {
    const { home, call } = user();
    const path = await installFake(home, 'cuda10');
    const before = await call(verify, ['cuda10']);
    expectSchema('verify', before);
    expect(before.exitCode).toBe(0);
    chmodSync(join(path, 'include/crt/host_config.h'), 0o644);
    writeFileSync(join(path, 'include/crt/host_config.h'), '/* edited */');
    const after = await call(verify, ['cuda10']);
    expectSchema('verify', after);
    expect(after.exitCode).toBe(1);
    expect(textOf(after)).toMatch(/changed +include\/crt\/host_config\.h/);
  });

  it('show: says whether the libraries of forward compatibility are used on this machine, and why not', async () => {
    const { home, call } = user();
    // No CUDA before 10.0 has such libraries, and a machine without a driver needs none.
    await installFake(home, 'cuda9', { info: { cuda: '9.0.176', components: ['libraries', 'compat'] } });
    await installFake(home, 'cuda10');
    const outcome = await call(show, ['cuda9']);
    expectSchema('prefix', outcome);
    expect(outcome.json).toMatchObject({ forwardCompat: { used: false, why: expect.any(String) as string } });
    expect(textOf(outcome)).toMatch(
      /^compat +not used here: (?:no driver was found|there is no forward compat)/m,
    );
    const without = await call(show, ['cuda10']);
    expectSchema('prefix', without);
    expect(without.json).toMatchObject({ forwardCompat: null });
    expect(textOf(without)).not.toMatch(/^compat/m);
  });

  it('list and show: builds too, damaged ones as such', async () => {
    const { home, call } = user();
    await fakeBuild(home, 'darknet', against(home, 'cuda10'));
    await fakeBuild(home, 'darknet');
    rmSync(join((await fakeBuild(home, 'tensorflow-1.9')).path, 'build.json'));
    const outcome = await call(list, []);
    expectSchema('list', outcome);
    expect(outcome.json).toMatchObject({
      prefixes: [],
      builds: [
        { name: 'darknet-2', prefix: null, current: true },
        { name: 'darknet-1', prefix: 'cuda10', current: false },
      ],
      broken: [{ name: 'tensorflow-1.9-1' }],
    });
    expect(textOf(outcome)).toMatch(/^darknet-2 +yes +the CPU +2024-05-01 +\/.*darknet-2$/m);
    expect(textOf(outcome)).toMatch(/^tensorflow-1\.9-1 +damaged/m);
    const shown = await call(show, ['darknet-1']);
    expectSchema('build', shown);
    expect(textOf(shown)).toMatch(/^against +cuda10 \(CUDA 10\.0\.130 with(?:out cuDNN| cuDNN [\d.]+)\)$/m);
    await expect(call(show, ['tensorflow-1.9-1'])).rejects.toMatchObject({ code: 'build-damaged' });
  });

  it('remove and prune: what went, how much came free, what prune would free', async () => {
    const { home, cache, call } = user();
    await installFake(home, 'cuda10');
    await installFake(home, 'cuda9');
    await fakeBuild(home, 'darknet');
    const removed = await call(remove, ['cuda10', 'darknet-1']);
    expectSchema('remove', removed);
    expect(textOf(removed)).toMatch(/^Removed cuda10, darknet-1; .* came free\.$/m);
    expect(removed.json).toMatchObject({
      name: 'cuda10',
      generations: ['cuda10-1'],
      removed: [
        { kind: 'prefix', name: 'cuda10' },
        { kind: 'build', name: 'darknet-1' },
      ],
    });
    mkdirSync(join(cache, 'apt/packages'), { recursive: true });
    writeFileSync(join(cache, 'apt/packages/p.deb'), 'x');
    const pruned = await call(prune, [], { dryRun: true });
    expectSchema('prune', pruned);
    expect(textOf(pruned)).toBe('Nothing to delete.\n');
    expect(pruned.hints).toEqual([expect.stringMatching(/ would be kept; --cache /)]);
    expect((await call(prune, [])).hints).toEqual([expect.stringMatching(/ were kept; --cache /)]);
    expect(existsSync(join(cache, 'apt/packages/p.deb'))).toBe(true);
    await call(prune, [], { cache: true });
    expect(existsSync(join(cache, 'apt/packages/p.deb'))).toBe(false);
  });

  it('show --licenses: each text once, under the packages that brought it, and nothing that moves a terminal', async () => {
    const { home, call } = user();
    const tree = {
      ...TOOLKIT,
      '.gpu-setup/licences/a/copyright': 'Terms\u001b[2J of A\n',
      '.gpu-setup/licences/b/copyright': 'Terms\u001b[2J of A\n',
      '.gpu-setup/licences/c/EULA.txt': new Uint8Array([0xff]),
    };
    await installFake(home, 'cuda10', { tree });
    await installFake(home, 'bare');
    const outcome = await call(show, ['cuda10'], { licenses: true });
    expectSchema('licences', outcome);
    expect(textOf(outcome)).toMatch(
      /^a\/copyright, b\/copyright\n\nTerms\\u001b\[2J of A\n\nc\/EULA.txt\n\n\(it is no text/,
    );
    expect(textOf(await call(show, ['bare'], { licenses: true }))).toContain('No package');
  });

  it('use: chooses, says what is in use and why, and forgets', async () => {
    const { home, call } = user();
    const path = await installFake(home, 'cuda10');
    const nothing = await call(use, []);
    expect(nothing.json).toMatchObject({ did: 'asked', name: null });
    const chosen = await call(use, ['cuda10']);
    expectSchema('use', chosen);
    expect(textOf(chosen)).toContain('In use from now on: cuda10');
    expect((await call(env, [])).json).toMatchObject({ name: 'cuda10', path });
    const file = join(home, '../gpu-setup.yaml');
    writeFileSync(file, 'prefix: cuda10\n');
    const asked = await call(use, []);
    expectSchema('use', asked);
    expect(asked.json).toMatchObject({ did: 'asked', name: 'cuda10', path, by: 'project', file });
    expect((await call(use, ['cuda10'])).hints).toEqual([`in this folder ${file} decides, not this choice`]);
    rmSync(file);
    const forgot = await call(use, [], { reset: true });
    expectSchema('use', forgot);
    expect((await call(use, [])).json).toMatchObject({ name: null });
  });

  it('env --format github: for the later steps of a job, whole or not at all', async () => {
    const { home } = user();
    const path = await installFake(home, 'cuda10');
    const dir = join(home, '..');
    const files = { GITHUB_ENV: join(dir, 'env'), GITHUB_PATH: join(dir, 'path') };
    const call = (more: Record<string, string>) =>
      env.run(
        ['cuda10'],
        { format: 'github' },
        commandContext(dir, { env: { LD_LIBRARY_PATH: '/a\nb', ...more } }),
      );
    writeFileSync(files.GITHUB_ENV, 'BEFORE=1\n');
    await expect(call({})).rejects.toMatchObject({ code: 'no-github-step' });
    await expect(call(files)).rejects.toMatchObject({ code: 'no-github-step' });
    expect(readFileSync(files.GITHUB_ENV, 'utf8')).toBe('BEFORE=1\n');
    writeFileSync(files.GITHUB_PATH, '/first\n');
    await call(files);
    expect(readFileSync(files.GITHUB_PATH, 'utf8')).toBe(`/first\n${path}/bin\n`);
    const text = readFileSync(files.GITHUB_ENV, 'utf8');
    const [, delimiter] = /^CUDA_HOME<<(gpu-setup-[0-9a-f-]{36})$/m.exec(text)!;
    expect(text).toContain(`BEFORE=1\n`);
    expect(text).toContain(`LD_LIBRARY_PATH<<${delimiter}\n${path}/lib64:/a\nb\n${delimiter}\n`);
    expect(text).not.toMatch(/^PATH<<|UNDO/m);
    await expect(env.run([], { off: true, format: 'github' }, commandContext(dir))).rejects.toMatchObject({
      code: 'options-conflict',
    });
  });

  it('env: the same variables as sh, fish and JSON', async () => {
    const { home, call } = user();
    const path = await installFake(home, 'cuda10');
    const outcome = await call(env, ['cuda10']);
    expectSchema('env', outcome);
    expect(textOf(outcome)).toContain(`export CUDA_HOME=${path}\n`);
    expect(textOf(outcome)).toContain(`export PATH=${path}/bin:/usr/bin:/bin\n`);
    expect(textOf(await call(env, ['cuda10'], { format: 'fish' }))).toContain(
      `set -gx CUDA_HOME '${path}'\n`,
    );
    expect(JSON.parse(textOf(await call(env, ['cuda10'], { format: 'json' })))).toEqual(outcome.json);
  });

  it('env: bash and zsh read what sh reads; --off undoes it, and says where there is nothing to undo', async () => {
    const { home, call } = user();
    await installFake(home, 'cuda10');
    const sh = textOf(await call(env, ['cuda10'], { format: 'sh' }));
    for (const format of ['bash', 'zsh']) expect(textOf(await call(env, ['cuda10'], { format }))).toBe(sh);
    const off = await call(env, [], { off: true });
    expectSchema('env', off);
    expect(textOf(off)).toBe('');
    expect(off.hints).toEqual([expect.stringContaining('nothing to undo')]);
    await expect(call(env, ['cuda10'], { off: true })).rejects.toMatchObject({ code: 'options-conflict' });
    await expect(call(env, [])).rejects.toMatchObject({ code: 'no-prefix-in-use', exitCode: 2 });
  });

  it("run: the child's exit code in the environment of the prefix", async () => {
    const { home, call } = user();
    const path = await installFake(home, 'cuda10');
    const test = `[ "$CUDA_HOME" = '${path}' ] && [ "$(command -v nvcc)" = '${path}/bin/nvcc' ] && exit 9`;
    expect(await call(run, ['cuda10', 'sh', '-c', test])).toEqual({ exitCode: 9 });
    const hasNothingToUndo = '[ -z "${GPU_SETUP_ENV_UNDO+x}" ] && exit 7';
    expect(await call(run, ['cuda10', 'sh', '-c', hasNothingToUndo])).toEqual({ exitCode: 7 });
  });

  it('run: failures of its own are 125, 126 and 127, whatever they are elsewhere', async () => {
    const { home, call } = user();
    await installFake(home, 'cuda10');
    await expect(call(run, ['cuda9', 'true'])).rejects.toMatchObject({
      code: 'unknown-prefix',
      exitCode: 125,
    });
    await expect(call(run, ['cuda10'])).rejects.toMatchObject({ code: 'missing-program', exitCode: 125 });
    await expect(call(run, ['cuda10', '/etc/passwd'])).rejects.toMatchObject({ exitCode: 126 });
    await expect(call(run, ['cuda10', 'no-such-program'])).rejects.toMatchObject({ exitCode: 127 });
  });
});
