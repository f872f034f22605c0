/** Machines that share a home, a host name and nothing else, as far as processes can see. */
import { build } from 'esbuild';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { sharedTempDir, tempDir } from '../../support/temp-dir.ts';

const dir = sharedTempDir();
const program = join(dir, 'lock.mjs');

beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(new URL('lock-fixture.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'silent',
  });
});

const UNSHARE = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', '--mount'];
const BOOT_ID = '/proc/sys/kernel/random/boot_id';
const canUnshare =
  spawnSync(UNSHARE[0]!, [...UNSHARE.slice(1), 'mount', '--bind', '/dev/null', BOOT_ID]).status === 0;

interface Machine {
  process: ChildProcess;
  said(): string[];
}

/** The process that unshare started. */
function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
}

/** A process of a PID namespace and a boot of its own. */
function machine(home: string, bootId: string): Machine {
  const boot = join(home, bootId);
  writeFileSync(boot, `${bootId}\n`);
  const script = `mount --bind "$1" ${BOOT_ID} && exec "$2" "$3" "$4"`;
  const [file, ...args] = [...UNSHARE, 'sh', '-c', script, 'sh', boot, process.execPath, program, home];
  const child = spawn(file!, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
  return { process: child, said: () => text.split('\n').filter((line) => line !== '') };
}

describe.skipIf(!canUnshare)('two machines with one home and one host name [needs unshare and mount]', () => {
  let home: string;
  beforeEach(() => {
    home = tempDir();
  });

  it.each([
    ['another boot', 'boot-1', 'boot-2'],
    ['the same boot, another PID namespace', 'boot-1', 'boot-1'],
  ])('the living one keeps its lock: %s', async (_, one, other) => {
    const first = machine(home, one);
    await vi.waitFor(() => expect(first.said()).toEqual(['held']), 5000);
    const second = machine(home, other);
    await vi.waitFor(
      () => expect(second.said()[0]).toMatch(/^waiting for install cuda10 \(process 1 on/),
      5000,
    );
    // Longer than a lease that is not renewed lives.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(second.said().length).toBe(1);
    first.process.stdin!.end();
    await vi.waitFor(() => expect(second.said().at(-1)).toBe('held'), 5000);
    expect(first.said()).toEqual(['held', 'kept']);
    second.process.stdin!.end();
    await vi.waitFor(() => expect(readdirSync(join(home, 'state'))).toEqual([]), 5000);
  });

  it('the lock of one that died lapses', async () => {
    const first = machine(home, 'boot-1');
    await vi.waitFor(() => expect(first.said()).toEqual(['held']), 5000);
    const second = machine(home, 'boot-2');
    await vi.waitFor(() => expect(second.said().length).toBe(1), 5000);
    first.process.kill('SIGKILL');
    await vi.waitFor(() => expect(second.said().at(-1)).toBe('held'), 5000);
  });

  it('one that was suspended and wakes notices that it lost its lock before it puts anything in place', async () => {
    const first = machine(home, 'boot-1');
    await vi.waitFor(() => expect(first.said()).toEqual(['held']), 5000);
    const stopped = childOf(first.process.pid!);
    process.kill(stopped, 'SIGSTOP');
    const second = machine(home, 'boot-2');
    await vi.waitFor(() => expect(second.said().at(-1)).toBe('held'), 10_000);
    first.process.stdin!.end();
    process.kill(stopped, 'SIGCONT');
    await vi.waitFor(() => expect(first.said().at(-1)).toBe('lost'), 5000);
    expect(existsSync(join(home, 'put'))).toBe(false);
    second.process.stdin!.end();
    await vi.waitFor(() => expect(second.said().at(-1)).toBe('kept'), 5000);
    expect(readlinkSync(join(home, 'put'))).toBe('there');
  }, 30_000);
});
