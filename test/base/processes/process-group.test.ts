import { execPath } from 'node:process';
import { describe, expect, it } from 'vitest';
import { runGroup } from '../../../src/base/processes/process-group.ts';
import { gone } from '../../support/process-is-gone.ts';

const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' };
const options = { cwd: '/', env, timeoutMs: 20_000 };
describe('runGroup', () => {
  it('gives output, lines as they come, and the exit code', async () => {
    const lines: string[] = [];
    const result = await runGroup(['sh', '-c', 'printf "a\\rb\\nlast"; echo err >&2; exit 3'], {
      ...options,
      onLine: (line, stream) => lines.push(`${stream} ${line}`),
    });
    expect(result).toMatchObject({ outcome: 'exited', exit: 3, stdout: 'a\rb\nlast', stderr: 'err\n' });
    expect(lines.sort()).toEqual(['stderr err', 'stdout a', 'stdout b', 'stdout last']);
  });

  it('tells a signal, a program that is not there, and one that may not be executed', async () => {
    expect(await runGroup(['sh', '-c', 'kill -SEGV $$'], options)).toMatchObject({
      outcome: 'signalled',
      endedBy: 'SIGSEGV',
    });
    expect((await runGroup(['/nowhere/x'], options)).outcome).toBe('not-found');
    expect((await runGroup(['/etc/passwd'], options)).outcome).toBe('not-permitted');
  });

  it('ends everything that was started when the time is over', async () => {
    let child = 0;
    const result = await runGroup(['sh', '-c', 'sleep 60 & echo $!; wait'], {
      ...options,
      timeoutMs: 300,
      onLine: (line) => (child = Number(line)),
    });
    expect(result.outcome).toBe('timed-out');
    expect(child).toBeGreaterThan(0);
    expect(await gone(child)).toBe(true);
  });

  it('ends what ignores the request, and throws the reason of the signal when all is over', async () => {
    const controller = new AbortController();
    const program = `process.on('SIGTERM', () => {}); console.log(process.pid); setInterval(() => {}, 1000)`;
    let pid = 0;
    const running = runGroup([execPath, '-e', program], {
      ...options,
      signal: controller.signal,
      onLine: (line) => {
        pid = Number(line);
        controller.abort(new Error('stopped'));
      },
    });
    await expect(running).rejects.toThrow('stopped');
    expect(await gone(pid)).toBe(true);
  });

  it('ends what a program leaves behind', async () => {
    const result = await runGroup(['sh', '-c', 'sleep 60 & echo $!'], options);
    expect(result.outcome).toBe('exited');
    expect(result.seconds).toBeLessThan(10);
    expect(await gone(Number(result.stdout))).toBe(true);
  });

  it('keeps the end of endless output', async () => {
    const result = await runGroup(['sh', '-c', 'yes | head -c 3000000; echo end'], options);
    expect(result.stdout.endsWith('end\n')).toBe(true);
    expect(result.stdout.length).toBeLessThan(300_000);
  });
});
