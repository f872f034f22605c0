/** The score of the doctor: what counts as right, and how a run over folders of cases goes. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
// @ts-expect-error a script without types
import { judge } from '../../scripts/score.mjs';
import { tempDir } from '../support/temp-dir.ts';

const found = (code: string, fix: string, severity = 'error') => ({ code, severity, fix: [{ script: fix }] });

describe('what an answer is worth', () => {
  const expected = { code: 'a', accept: ['b'], fixMentions: ['Apt', 'dnf'] };

  it.each([
    ['right, with the fix', [found('a', 'apt install x')], { first: true, fix: true, three: true }],
    ['as good as right', [found('b', 'dnf install x')], { first: true, fix: true, three: true }],
    ['right, with another fix', [found('a', 'reboot')], { first: true, fix: false, three: true }],
    ['second', [found('c', 'apt'), found('a', 'apt')], { first: false, fix: false, three: true }],
    [
      'fourth',
      ['c', 'd', 'e', 'a'].map((code) => found(code, 'apt')),
      { first: false, fix: false, three: false },
    ],
    ['silent', [], { answered: true, first: false, fix: false, three: false }],
    ['no answer', null, { answered: false, first: false, fix: false, three: false }],
  ])('%s', (_, diagnoses, worth) => {
    expect(judge(expected, diagnoses)).toMatchObject(worth);
  });

  it('of a healthy one: warnings are none, an error is a false alarm', () => {
    expect(judge({ code: 'healthy' }, [found('a', '', 'warning')])).toMatchObject({
      first: true,
      alarm: false,
    });
    expect(judge({ code: 'healthy' }, [found('a', '')])).toMatchObject({ first: false, alarm: true });
  });
});

describe('a run over cases', () => {
  const script = fileURLToPath(new URL('../../scripts/score.mjs', import.meta.url));
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', timeout: 60_000 });

  /** Answers with the code that its log, or the host name of its snapshot, names. */
  function standIn(dir: string): string {
    const program = join(dir, 'stand-in.mjs');
    writeFileSync(
      program,
      `import { readFileSync } from 'node:fs';
const file = process.argv.at(-1);
const code = file === '-' ? readFileSync(0, 'utf8') : JSON.parse(readFileSync(file, 'utf8')).files['/code'];
if (code === 'crash') process.exit(70);
console.log(JSON.stringify({ diagnoses: code === '' ? [] : [{ code, severity: 'error', fix: [{ argv: ['apt'] }] }] }));
`,
    );
    chmodSync(program, 0o755);
    return `${process.execPath} ${program}`;
  }

  function cases(dir: string, more: object[] = []): string {
    const folder = join(dir, 'cases/deeper');
    mkdirSync(folder, { recursive: true });
    const all = [
      { kind: 'text', text: 'nouveau-in-use', expect: { code: 'nouveau-in-use', fixMentions: ['apt'] } },
      { kind: 'text', text: 'disk-full', expect: { code: 'nouveau-in-use' } },
      {
        kind: 'snapshot',
        snapshot: { files: { '/code': 'disk-full' } },
        expect: { code: 'disk-full', fixMentions: ['dnf'] },
      },
      { kind: 'snapshot', snapshot: { files: { '/code': 'disk-full' } }, expect: { code: 'healthy' } },
      { kind: 'text', text: '', expect: { code: 'healthy' } },
      ...more,
    ];
    all.forEach((one, at) => writeFileSync(join(folder, `${at}.json`), JSON.stringify(one)));
    return join(dir, 'cases');
  }

  it('says how many were right, by layer and by kind', () => {
    const dir = tempDir();
    const { stdout, status } = run('--json', '--program', standIn(dir), cases(dir));
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      total: { cases: 5, first: 3, fix: 2, three: 3, healthy: 2, alarms: 1, unanswered: 0 },
      layers: { 'kernel-driver': { cases: 2, first: 1 }, healthy: { alarms: 1 } },
      kinds: { text: { cases: 3, first: 2 }, snapshot: { cases: 2, first: 1, fix: 0 } },
    });
    const told = run('--program', standIn(dir), '--verbose', cases(dir)).stdout;
    expect(told).toContain('1.json: nouveau-in-use, got disk-full');
    expect(told).toMatch(/fix {3}.*2\.json: disk-full/);
    expect(told).toMatch(
      /5 cases: right first 3 \(60 %\), with the right fix 2 \(40 %\).*false alarms 1 of 2 healthy\n$/,
    );
  });

  it('fails where a case got no answer, or is none', () => {
    const dir = tempDir();
    const crash = { kind: 'text', text: 'crash', expect: { code: 'disk-full' } };
    expect(run('--program', standIn(dir), cases(dir, [crash]))).toMatchObject({ status: 1 });
    const none = run('--program', standIn(dir), cases(tempDir(), [{ kind: 'picture' }]));
    expect(none).toMatchObject({ status: 1, stderr: expect.stringContaining('is no case') as string });
    expect(run()).toMatchObject({ status: 2, stderr: expect.stringContaining('usage') as string });
  });
});
