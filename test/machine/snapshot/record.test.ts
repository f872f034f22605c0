import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mapAnswer, type Answer } from '../../../src/machine/answer.ts';
import { collectFacts } from '../../../src/machine/facts/collect.ts';
import { liveMachine } from '../../../src/machine/kinds/live.ts';
import { findLibrary } from '../../../src/machine/loader.ts';
import type { Machine } from '../../../src/machine/machine.ts';
import { memoized } from '../../../src/machine/memo.ts';
import { recording } from '../../../src/machine/snapshot/record.ts';
import { rootMachine } from '../../../src/machine/kinds/root.ts';
import type { Snapshot } from '../../../src/machine/snapshot/format.ts';
import { parseSnapshot } from '../../../src/machine/snapshot/schema.ts';
import { snapshotMachine } from '../../../src/machine/snapshot/snapshot.ts';
import { elfImage } from '../../support/elf-image.ts';
import { tempDir } from '../../support/temp-dir.ts';

const NOBODY = { users: [], hosts: [] };

/** Through text and parser, as a file goes from one machine to another. */
function replay(snapshot: Snapshot): Machine {
  return snapshotMachine(parseSnapshot(JSON.stringify(snapshot, null, 2), 'recorded.json'), 'recorded.json');
}

/** A small machine below a folder, with one of everything that a question can meet. */
function playground(): { dir: string; env: Record<string, string> } {
  const dir = tempDir();
  mkdirSync(join(dir, 'cuda-10.0/lib64'), { recursive: true });
  mkdirSync(join(dir, 'bin'));
  mkdirSync(join(dir, 'empty'));
  writeFileSync(join(dir, 'cuda-10.0/version.txt'), 'CUDA Version 10.0.130\n');
  writeFileSync(
    join(dir, 'cuda-10.0/lib64/libcudart.so.10.0.130'),
    elfImage({
      soname: 'libcudart.so.10.0',
      needed: ['libc.so.6'],
      runpath: '$ORIGIN',
      versionNeeds: { 'libc.so.6': ['GLIBC_2.2.5'] },
    }),
  );
  writeFileSync(join(dir, 'cuda-10.0/lib64/cut.so'), elfImage({ soname: 'x' }).subarray(0, 200));
  writeFileSync(join(dir, 'binary'), Buffer.from([0, 1, 2, 255, 254]));
  writeFileSync(join(dir, 'latin1'), Buffer.from([0x67, 0x72, 0xfc, 0x6e]));
  writeFileSync(join(dir, 'secret'), 'x', { mode: 0o000 });
  symlinkSync('cuda-10.0', join(dir, 'cuda'));
  symlinkSync('libcudart.so.10.0.130', join(dir, 'cuda-10.0/lib64/libcudart.so.10.0'));
  symlinkSync('missing', join(dir, 'dangling'));
  symlinkSync('loop', join(dir, 'loop'));
  for (const [name, body] of [
    ['good', 'echo out; echo err >&2; exit 3'],
    ['hang', 'exec sleep 30'],
    ['killed', 'kill -9 $$'],
    ['locked', ''],
  ] as const) {
    writeFileSync(join(dir, 'bin', name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(dir, 'bin', name), name === 'locked' ? 0o644 : 0o755);
  }
  return {
    dir,
    env: { PATH: join(dir, 'bin'), LD_LIBRARY_PATH: join(dir, 'cuda/lib64'), CUDA_VISIBLE_DEVICES: '' },
  };
}

/** Every verb about everything that lies in the playground, and some of the real machine. */
async function interrogate(machine: Machine, dir: string): Promise<Record<string, Answer<unknown>>> {
  const answers: Record<string, Answer<unknown>> = {};
  const names = [
    '',
    'cuda',
    'cuda/version.txt',
    'cuda-10.0',
    'cuda/lib64',
    'cuda/lib64/libcudart.so.10.0',
    'cuda/lib64/cut.so',
    'binary',
    'latin1',
    'secret',
    'dangling',
    'loop',
    'loop/x',
    'missing',
    'missing/x',
    'cuda/version.txt/x',
    'empty',
    'empty/x',
    'bin/good',
  ];
  const paths = [
    ...names.map((name) => join(dir, name)),
    '/proc/version',
    '/proc/modules',
    '/dev/null',
    '/dev/nvidia0',
    '/etc/ld.so.cache',
    '/etc/os-release',
    '/proc/kmsg',
  ];
  for (const path of paths) {
    answers[`stat ${path}`] = await machine.stat(path);
    answers[`file ${path}`] = await machine.readFile(path);
    answers[`start ${path}`] = await machine.readFile(path, 5);
    answers[`bytes ${path}`] = await machine.readBytes(path);
    answers[`dir ${path}`] = await machine.listDir(path);
    answers[`link ${path}`] = await machine.readLink(path);
    answers[`real ${path}`] = await machine.realPath(path);
    answers[`elf ${path}`] = await machine.elf(path);
    // Others write to this disk while the test runs: two names of one folder may see different numbers.
    answers[`space ${path}`] = mapAnswer(await machine.statfs(path), () => 'some');
  }
  for (const argv of [
    ['good'],
    ['hang'],
    ['killed'],
    ['missing'],
    [join(dir, 'bin/locked')],
    ['uname', '-r'],
    ['good', 'a'],
  ]) {
    answers[`run ${argv.join(' ')}`] = await machine.run(argv, {
      timeoutMs: argv[0] === 'hang' ? 200 : 5000,
    });
  }
  for (const name of ['PATH', 'LD_LIBRARY_PATH', 'CUDA_HOME', 'CUDA_VISIBLE_DEVICES'])
    answers[`env ${name}`] = machine.env(name);
  answers['identity'] = machine.identity();
  answers['loader'] = await findLibrary(machine, 'libcudart.so.10.0');
  answers['no loader'] = await findLibrary(machine, 'libno-such-library.so.1');
  return answers;
}

describe('recording', () => {
  it('replays every answer of the live machine: values, absences, reasons, ways to end', async () => {
    const { dir, env } = playground();
    const recorder = recording(memoized(liveMachine({ env })), { names: NOBODY });
    const asked = await interrogate(recorder.machine, dir);
    const replayed = await interrogate(replay(recorder.snapshot()), dir);
    for (const [question, answer] of Object.entries(asked)) {
      const again = replayed[question]!;
      expect(again, question).toEqual(answer);
    }
  });

  it('answers only what the first machine was asked', async () => {
    const { dir, env } = playground();
    const recorder = recording(memoized(liveMachine({ env })), { names: NOBODY });
    await recorder.machine.readFile(join(dir, 'cuda/version.txt'));
    const machine = replay(recorder.snapshot());
    expect(await machine.readFile(join(dir, 'binary'))).toMatchObject({
      state: 'unknown',
      reason: 'not-recorded',
    });
    expect(await machine.run(['good'])).toMatchObject({ state: 'unknown', reason: 'not-recorded' });
    // The link on the way was noted: the file is found by its real name, too.
    expect(await machine.readFile(join(dir, 'cuda-10.0/version.txt'))).toMatchObject({ state: 'present' });
  });

  it('can be recorded again from its recording', async () => {
    const { dir, env } = playground();
    const first = recording(memoized(liveMachine({ env })), { names: NOBODY, at: new Date(0) });
    await interrogate(first.machine, dir);
    const second = recording(memoized(replay(first.snapshot())), { at: new Date(0) });
    await interrogate(second.machine, dir);
    const again = recording(memoized(replay(second.snapshot())), { at: new Date(0) });
    await interrogate(again.machine, dir);
    expect(again.snapshot().files).toEqual(second.snapshot().files);
    expect(again.snapshot().links).toEqual(second.snapshot().links);
  });
});

describe('recording: facts', () => {
  const facts = async (machine: Machine): Promise<Record<string, unknown>> =>
    JSON.parse(JSON.stringify(await collectFacts(machine))) as Record<string, unknown>;
  // Without a GPU a live machine is not asked for its kernel log, and a recording does not say why it has none.
  // Free space changes while others write to the disk.
  const comparable = ({ kernelDriver, disks: _, ...rest }: Record<string, unknown>): unknown => ({
    ...rest,
    kernelDriver: { ...(kernelDriver as object), kernelLog: null },
  });

  it('of this machine are the same from its recording', async () => {
    const recorder = recording(memoized(liveMachine()), { names: NOBODY });
    const live = await facts(recorder.machine);
    expect(comparable(await facts(replay(recorder.snapshot())))).toEqual(comparable(live));
  });

  it('of a directory are the same from its recording', async () => {
    const recorder = recording(memoized(await rootMachine('/')), { names: NOBODY });
    const live = await facts(recorder.machine);
    const again = await facts(replay(recorder.snapshot()));
    const withoutReasons = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value, (key, item: unknown) => (key === 'why' ? undefined : item)));
    expect(withoutReasons(again)).toEqual(withoutReasons(live));
  });
});

describe('recording: personal data', () => {
  /** A machine whose files are those of a snapshot, called live so that it is treated as the caller's own. */
  function machineOf(snapshot: Omit<Snapshot, 'format'>): Machine {
    return snapshotMachine({ format: 'gpu-setup/snapshot@1', ...snapshot }, 'test');
  }

  it('is replaced in paths, texts, folders, links, libraries, commands and variables alike', async () => {
    const home = '/home/alice';
    const recorder = recording(
      memoized(
        machineOf({
          files: {
            [`${home}/cuda/version.txt`]: 'built by alice on wonderland',
            '/etc/hostname': 'wonderland\n',
            '/etc/passwd':
              'root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1000:Alice Liddell,,,:/home/alice:/bin/bash\n',
            '/etc/group': 'video:x:44:alice,whiterabbit\n',
            '/sys/class/dmi/id/product_serial': 'PF2ABC12\n',
            '/proc/1/environ': 'PATH=/bin\0AWS_SECRET_ACCESS_KEY=abcdefgh\0container=docker\0',
          },
          dirs: { '/home': { entries: ['alice', 'duchess'], complete: true } },
          links: { [`${home}/current`]: `${home}/cuda` },
          elf: { [`${home}/libx.so`]: { runpath: [`${home}/lib`], needed: [] } },
          commands: [
            {
              argv: ['nvidia-smi', '-L'],
              exit: 0,
              stdout: 'GPU 0: X (UUID: GPU-8f6b6a2e-1b9c-4b6f-9c53-0d7e2a0b7a11)\n',
            },
          ],
          env: { LD_LIBRARY_PATH: `${home}/lib`, HOME: home, AWS_SECRET_ACCESS_KEY: 'abcdefgh' },
          context: { uid: 1000, gids: [1000] },
        }),
      ),
      { names: { users: ['alice'], hosts: ['wonderland'] } },
    );
    const { machine } = recorder;
    for (const path of [
      '/etc/hostname',
      '/etc/passwd',
      '/etc/group',
      '/sys/class/dmi/id/product_serial',
      '/proc/1/environ',
    ]) {
      await machine.readFile(path);
    }
    await machine.readFile(`${home}/current/version.txt`);
    await machine.listDir('/home');
    await machine.elf(`${home}/libx.so`);
    await machine.run(['nvidia-smi', '-L']);
    const snapshot = recorder.snapshot();
    const text = JSON.stringify(snapshot);
    expect(text).not.toMatch(/alice|liddell|whiterabbit|duchess|wonderland|PF2ABC12|8f6b6a2e|abcdefgh|AWS/i);
    expect(snapshot.context).toMatchObject({
      recordedBy: expect.stringMatching(/^gpu-setup /) as string,
      uid: 1000,
      redacted: ['user-name', 'host-name', 'uuid', 'serial-number', 'environment'],
    });
    expect(snapshot.files!['/proc/1/environ']).toBe('PATH=/bin\0container=docker');

    // What belongs together still does.
    const again = replay(snapshot);
    const folder = again.env('HOME');
    expect(folder).toMatchObject({ state: 'present' });
    const name = folder.state === 'present' ? folder.value : '';
    expect(await again.readFile(`${name}/current/version.txt`)).toMatchObject({ state: 'present' });
    expect(await again.elf(`${name}/libx.so`)).toMatchObject({ value: { runpath: [`${name}/lib`] } });
    expect(again.env('LD_LIBRARY_PATH')).toMatchObject({ value: `${name}/lib` });
  });

  it('of two hundred invented secrets none is left, whichever place it stood in', async () => {
    const invented = Array.from({ length: 300 }, (_, number) => `s3cr3t${number}x${number * 7919}`);
    const next = (
      (at) => (): string =>
        invented[at++]!
    )(0);
    const words = (form: (secret: string) => string, count = 16): string =>
      Array.from({ length: count }, () => form(next())).join(' ');
    const parameters = ['pw', 'cryptkey', 'machine_id', 'domain', 'ip', 'ifname', 'nfsroot', 'rd.luks.name'];
    const commandLine = `BOOT_IMAGE=/vmlinuz ${parameters.map((name) => words((s) => `${name}=${s}`, 5)).join(' ')} ${words((s) => s)} quiet`;
    const logins = words((secret) => `http://alice:${secret}@proxy.example/`);
    const files = {
      '/proc/cmdline': `${commandLine}\n`,
      '/var/log/kern.log': `[ 0.0] Command line: ${words((s) => `auth=${s}`)}\n[ 0.1] Kernel command line: ${words((s) => s)}\n`,
      '/etc/apt/sources.list': `deb ${logins.replaceAll(' ', ' stable main\ndeb ')} stable main # ${next()}\n# ${next()}\n`,
      '/etc/apt/sources.list.d/own.sources': `# ${next()}\nTypes: deb\nURIs: https://example.org/\nSuites: /\n`,
      '/var/lib/dpkg/status': `Package: nvidia-driver-535\nStatus: install ok installed\nMaintainer: ${next()}\nArchitecture: amd64\nVersion: 535.183.01-0ubuntu1\nDescription: ${next()}\n ${words((s) => s)}\n\n`,
      '/etc/machine-id': `${next()}\n`,
      '/sys/class/dmi/id/board_serial': `${next()}\n`,
      '/proc/1/environ': words((s) => `MY_VARIABLE=${s}`).replaceAll(' ', '\0'),
      '/etc/notes': words((s) => `password: ${s}`).replaceAll(' password', '\npassword'),
    };
    const env = {
      CFLAGS: words((s) => `-DTOKEN=${s}`),
      NVCC_APPEND_FLAGS: words((s) => `--key=${s}`),
      DISPLAY: `${next()}.example.org:10.0`,
      KUBERNETES_SERVICE_HOST: next(),
    };
    const stdout = `[    0.000000] Command line: ${words((s) => `x=${s}`)}\n${words((s) => `token=${s}`).replaceAll(' ', '\n')}\nSerial Number : ${next()}\n`;
    const commands = [
      { argv: ['dmesg'], exit: 0, stdout },
      {
        argv: ['journalctl', '-k'],
        exit: 0,
        stdout: `Unknown kernel command line parameters "${words((s) => `a=${s}`)}", will be passed to user space.\n`,
      },
      { argv: ['sudo', 'cat', '/proc/cmdline'], exit: 0, stdout: `initrd=\\\\x ${words((s) => `b=${s}`)}\n` },
      // What init is called with, each in a line of its own.
      {
        argv: ['dmesg'],
        exit: 0,
        probe: true,
        stdout: `Run /init as init process\n  with arguments:\n${words((s) => `    c=${s}\n`)}NVRM: loading\n`,
      },
    ];
    const recorder = recording(memoized(machineOf({ files, env, commands, context: {} })), { names: NOBODY });
    for (const path of Object.keys(files)) await recorder.machine.readFile(path);
    const used = invented.indexOf(next());
    const text = JSON.stringify(recorder.snapshot());
    expect(invented.slice(0, used).filter((secret) => text.includes(secret))).toEqual([]);
    expect(used).toBeGreaterThan(200);
    expect(text).toContain('quiet');
    expect(text).toContain('Version: 535.183.01-0ubuntu1');
    expect(text).toContain('URIs: https://example.org/');
    expect(text).toContain('NVRM: loading');
  });

  it('leaves the folders of a home alone that lies below a folder of the name home', async () => {
    const prefixes = '/scratch/home/prefixes';
    const recorder = recording(memoized(machineOf({ dirs: { [prefixes]: { entries: ['cuda10'] } } })), {
      names: NOBODY,
    });
    await recorder.machine.listDir(prefixes);
    expect(recorder.snapshot().dirs).toHaveProperty([prefixes]);
  });

  it.skipIf(!existsSync('/etc/ld.so.cache'))('leaves binary files usable', async () => {
    const recorder = recording(memoized(liveMachine()));
    const before = await findLibrary(recorder.machine, 'libc.so.6');
    expect(await findLibrary(replay(recorder.snapshot()), 'libc.so.6')).toEqual(before);
  });

  it('names the caller and the host of the live machine by itself', async () => {
    const live = liveMachine({ env: { USER: 'cheshire', PATH: '/opt/cheshire/bin' } });
    const recorder = recording(memoized(live));
    expect(JSON.stringify(recorder.snapshot())).not.toContain('cheshire');
  });
});
