/** What a result says of its making, and the forms in which it is handed on. */
import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Context, OptionValues, Outcome } from '../../../src/cli/command.ts';
import { command as doctor } from '../../../src/cli/commands/doctor.ts';
import { command as explain } from '../../../src/cli/commands/explain.ts';
import { commandContext, terminal } from '../../support/context.ts';
import { validatorFor } from '../../support/schema.ts';
import { tempDir } from '../../support/temp-dir.ts';

const call = (options: OptionValues, more: Partial<Context> = {}, dir = tempDir()): Promise<Outcome> =>
  doctor.run([], options, commandContext(dir, more));

/** Of somebody with a name, on a machine with a name. */
const PERSONAL = {
  format: 'gpu-setup/snapshot@1',
  files: { '/etc/hostname': 'zuses-rechner\n', '/home/konrad/venv/pyvenv.cfg': 'home = /usr/bin\n' },
  env: { PATH: '/home/konrad/venv/bin:/usr/bin', CUDA_HOME: '/home/konrad/cuda-10.0/bin' },
  commands: [
    {
      argv: ['nvidia-smi', '-L'],
      exit: 0,
      stdout: 'GPU 0: NVIDIA A10 (UUID: GPU-12345678-9abc-4def-8123-456789abcdef)\n',
      stderr: '',
    },
    {
      argv: ['python3', '/home/konrad/train.py'],
      exit: 1,
      stdout: '',
      stderr:
        'File "/home/konrad/train.py", line 1\nImportError: libcudart.so.10.0: cannot open shared object file: No such file or directory\n',
    },
  ],
};
const TELLING = /konrad|zuses|12345678-9abc/;

function personal(): string {
  const dir = tempDir();
  writeFileSync(join(dir, 'snapshot.json'), JSON.stringify(PERSONAL));
  return dir;
}

describe('what a result says of its making', () => {
  it.each([
    ['doctor', (options: OptionValues) => call({ example: 'laptop', ...options })],
    [
      'explain',
      (options: OptionValues) => {
        const dir = tempDir();
        writeFileSync(join(dir, 'a.log'), "nvcc fatal   : Unsupported gpu architecture 'compute_30'\n");
        return explain.run([], { file: 'a.log', ...options }, commandContext(dir));
      },
    ],
  ] as const)(
    '%s: by which version, at which time of the clock it was given, under which label',
    async (name, ask) => {
      const { json } = await ask({});
      expect(json).toMatchObject({ version: '0.0.0-test', at: '2026-01-02T03:04:05.678Z', label: null });
      expect(JSON.stringify((await ask({})).json)).toBe(JSON.stringify(json));
      const labelled = (await ask({ label: 'rack 3, node 7' })).json;
      expect(labelled).toEqual({ ...(json as object), label: 'rack 3, node 7' });
      expect(validatorFor(name)(labelled)).toBe(true);
    },
  );

  it('the label stands in every form', async () => {
    for (const form of [{}, { markdown: true }, { format: 'github' }]) {
      const outcome = await call({ example: 'laptop', label: 'node 7', ...form });
      expect(outcome.text!(terminal), JSON.stringify(form)).toContain('node 7');
    }
  });
});

describe('what is handed on', () => {
  it.each([
    [{ markdown: true }, true, '--json and --markdown'],
    [{ format: 'github' }, true, '--json and --format github'],
    [{ format: 'github', markdown: true }, false, '--markdown and --format github'],
  ])('has one form: %j with json %s', async (options, json, message) => {
    await expect(call({ example: 'laptop', ...options }, { json })).rejects.toMatchObject({
      code: 'options-conflict',
      message: expect.stringContaining(message) as string,
    });
  });

  it('holds nothing of a person or a machine in Markdown, annotations and the page, but for the label', async () => {
    const dir = personal();
    const options = { snapshot: 'snapshot.json', label: 'konrad' };
    // So that the rest judges something.
    const plain = await call(options, {}, dir);
    expect(JSON.stringify(plain.json).replaceAll('"konrad"', '')).toMatch(TELLING);
    for (const form of [{ markdown: true }, { format: 'github' }]) {
      const told = (await call({ ...options, ...form }, {}, dir)).text!(terminal);
      expect(told).toContain('konrad');
      const unlabelled = await call({ snapshot: 'snapshot.json', ...form }, {}, dir);
      expect(unlabelled.text!(terminal)).not.toMatch(TELLING);
    }
    await call({ snapshot: 'snapshot.json', html: 'page.html' }, {}, dir);
    expect(readFileSync(join(dir, 'page.html'), 'utf8')).not.toMatch(TELLING);
  });

  it('is written for its owner alone, beside what is printed, and through no link', async () => {
    const dir = tempDir();
    const notices: string[] = [];
    const emit: Context['emit'] = (event) => void (event.type === 'notice' && notices.push(event.text));
    const outcome = await call({ example: 'fresh-laptop', html: 'page.html' }, { emit, json: true }, dir);
    expect(validatorFor('doctor')(outcome.json)).toBe(true);
    expect(statSync(join(dir, 'page.html')).mode & 0o777).toBe(0o600);
    expect(notices.join()).toContain('personal data was replaced');
    symlinkSync('elsewhere.html', join(dir, 'link.html'));
    await expect(call({ example: 'laptop', html: 'link.html' }, {}, dir)).rejects.toMatchObject({
      code: 'report-failed',
    });
  });
});
