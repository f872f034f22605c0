import examples from 'assets:examples';
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Context, OptionValues, Outcome } from '../../../src/cli/command.ts';
import { command as doctor } from '../../../src/cli/commands/doctor.ts';
import { listExamples } from '../../../src/cli/examples.ts';
import type { DoctorResult } from '../../../src/doctor/types.ts';
import { validatorFor } from '../../support/schema.ts';
import { commandContext, terminal } from '../../support/context.ts';
import { sharedTempDir } from '../../support/temp-dir.ts';

const dir = sharedTempDir();

const contextWith = (more: Partial<Context> = {}): Context => commandContext(dir, more);

const call = (options: OptionValues, more?: Partial<Context>): Promise<Outcome> =>
  doctor.run([], options, contextWith(more));

async function judge(options: OptionValues): Promise<DoctorResult & { exitCode: number; report: string }> {
  const outcome = await call(options);
  return { ...(outcome.json as DoctorResult), exitCode: outcome.exitCode, report: outcome.text!(terminal) };
}

const isDoctor = validatorFor('doctor');
const isSnapshot = validatorFor('snapshot');

describe('the sample machines', () => {
  it.each([
    ['laptop', 0, 'ok', null],
    ['fresh-laptop', 1, 'failed', /^(nouveau-in-use|driver-not-installed)$/],
    ['upgraded-desktop', 1, 'failed', /^driver-library-mismatch$/],
    ['container', 1, 'failed', /^container-no-gpu$/],
  ] as const)('%s comes out right', async (example, exitCode, verdict, root) => {
    const result = await judge({ example });
    expect(result).toMatchObject({ exitCode, verdict });
    if (root === null) expect(result.diagnoses.filter(({ severity }) => severity === 'error')).toEqual([]);
    else expect(result.diagnoses[0]!.code).toMatch(root);
  });

  it.each(listExamples().map(({ name }) => name))(
    '%s is a result and a snapshot as published',
    async (name) => {
      const result = await call({ example: name });
      expect(isDoctor(result.json), JSON.stringify(isDoctor.errors)).toBe(true);
      expect(isSnapshot(JSON.parse(examples[`${name}.json`]!)), JSON.stringify(isSnapshot.errors)).toBe(true);
    },
  );

  it.each(listExamples().map(({ name }) => name))(
    '%s is complete: nothing required is unknown',
    async (name) => {
      const { checks } = await judge({ example: name });
      const required = ['gpu', 'kernel-module', 'device-nodes', 'libcuda'];
      expect(checks.filter(({ id, status }) => required.includes(id) && status === 'unknown')).toEqual([]);
    },
  );

  it('show both toolkits of the reference laptop with their cuDNN, and what its driver serves', async () => {
    const { facts, outlook } = await judge({ example: 'laptop' });
    expect(facts['toolkits']).toMatchObject([
      { prefix: 'cuda10', version: '10.0.130', maxGcc: 7 },
      { prefix: 'cuda9', version: '9.0.176', maxGcc: 6 },
    ]);
    expect(facts['cudnn']).toMatchObject([{ version: '7.5.0' }, { version: '7.0.5' }]);
    expect(outlook.maxCuda).toBe('11.4');
  });

  it('can run what both recipes install', async () => {
    for (const recipe of ['cuda9', 'cuda10']) {
      expect(await judge({ example: 'laptop', for: recipe }), recipe).toMatchObject({ exitCode: 0 });
    }
  });

  it.each(listExamples().map(({ name }) => name))('%s fits one screen of 80 x 24', async (name) => {
    const outcome = await call({ example: name });
    const rows = outcome.text!({ ...terminal, interactive: true })
      .trimEnd()
      .split('\n')
      .map((line) => Math.max(1, Math.ceil(line.length / 80)));
    expect(rows.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(24);
  });

  it('are listed without a name, each with what happened to it', async () => {
    const outcome = await call({ example: true });
    expect(outcome.exitCode).toBe(0);
    expect(outcome.text!(terminal)).toMatch(
      /^fresh-laptop +the same laptop fresh from the Ubuntu installer/m,
    );
    expect(validatorFor('examples')(outcome.json)).toBe(true);
  });

  it('that do not exist are named, with the nearest one', async () => {
    await expect(call({ example: 'labtop' })).rejects.toMatchObject({
      code: 'unknown-example',
      exitCode: 2,
      hint: 'did you mean laptop?',
    });
  });
});

describe('what is judged', () => {
  it('can be a recorded machine, by a path that is relative to the caller', async () => {
    writeFileSync(join(dir, 'desktop.json'), examples['upgraded-desktop.json']!);
    const result = await judge({ snapshot: 'desktop.json' });
    expect(result).toMatchObject({ exitCode: 1, machine: 'desktop.json' });
    expect(result.diagnoses[0]!.code).toBe('driver-library-mismatch');
  });

  it.each([
    ['not JSON', '{"format": "gpu-setup/snapshot@1",\n "files": {,}}', /broken\.json:2/],
    ['another format', '{"format": "other@1"}', /gpu-setup\/snapshot@1/],
    ['cut off', examples['laptop.json']!.slice(0, 5000), /broken\.json/],
  ])('is refused with file and line where the snapshot is %s', async (_what, text, message) => {
    writeFileSync(join(dir, 'broken.json'), text);
    await expect(call({ snapshot: 'broken.json' })).rejects.toMatchObject({
      code: 'bad-snapshot',
      exitCode: 2,
      message: expect.stringMatching(message) as string,
    });
  });

  it('is one machine, not two', async () => {
    await expect(call({ snapshot: 'a', root: 'b' })).rejects.toMatchObject({
      code: 'options-conflict',
      exitCode: 2,
    });
  });

  it('can be recorded: the recording gives the same diagnoses', async () => {
    const notices: string[] = [];
    const emit: Context['emit'] = (event) => void (event.type === 'notice' && notices.push(event.text));
    const first = await call({ example: 'container', record: 'recorded.json' }, { emit });
    const recorded = JSON.parse(readFileSync(join(dir, 'recorded.json'), 'utf8')) as unknown;
    expect(isSnapshot(recorded), JSON.stringify(isSnapshot.errors)).toBe(true);
    expect(notices.join()).toContain('personal data was replaced');
    const second = await judge({ snapshot: 'recorded.json' });
    const codes = ({ diagnoses }: DoctorResult): string[] => diagnoses.map(({ code }) => code);
    expect(codes(second)).toEqual(codes(first.json as DoctorResult));
  });

  it('is recorded for its owner alone, and through no link', async () => {
    await call({ example: 'laptop', record: 'private.json' });
    expect(statSync(join(dir, 'private.json')).mode & 0o777).toBe(0o600);
    symlinkSync('elsewhere.json', join(dir, 'link.json'));
    await expect(call({ example: 'laptop', record: 'link.json' })).rejects.toMatchObject({
      code: 'record-failed',
      hint: expect.stringContaining('link'),
    });
    expect(existsSync(join(dir, 'elsewhere.json'))).toBe(false);
  });

  it('fails with a code where the recording cannot be written', async () => {
    await expect(call({ example: 'laptop', record: 'no/such/folder/x.json' })).rejects.toMatchObject({
      code: 'record-failed',
    });
    expect(existsSync(join(dir, 'no'))).toBe(false);
  });

  it('can be assumed in part, and says so', async () => {
    const result = await judge({ example: 'fresh-laptop', assumeDriver: '470.256.02' });
    expect(result).toMatchObject({ exitCode: 0, outlook: { maxCuda: '11.4' } });
    expect(result.machine).toContain('assuming driver 470.256.02');
    // It is older than the card, too, and a driver that is not serves that CUDA.
    const old = await judge({ example: 'laptop', for: 'cuda10', assumeDriver: '384.130' });
    expect(old.diagnoses[0]).toMatchObject({
      code: 'gpu-unsupported-by-driver',
      causes: ['driver-too-old-for-cuda'],
    });
  });
});

describe('how it is told', () => {
  it('--quiet says nothing of a healthy machine, and the headline alone of another', async () => {
    expect((await call({ example: 'laptop', quiet: true })).text!(terminal)).toBe('');
    const { report, exitCode } = await judge({ example: 'container', quiet: true });
    expect(report).toMatch(/^x error: .*\n$/);
    expect(exitCode).toBe(1);
  });

  it('--markdown is the same judgement', async () => {
    const { report } = await judge({ example: 'container', markdown: true });
    expect(report).toMatch(/^## gpu-setup doctor: error\n/);
    expect(report).toContain('--gpus all');
  });

  it('--markdown and --json exclude each other', async () => {
    await expect(call({ markdown: true }, { json: true })).rejects.toMatchObject({
      code: 'options-conflict',
    });
  });

  it('--for a recipe that does not exist names the nearest', async () => {
    await expect(call({ example: 'laptop', for: 'cuda1O' })).rejects.toMatchObject({
      code: 'unknown-recipe',
      exitCode: 2,
    });
  });

  it('gives up waiting when it is interrupted', async () => {
    const controller = new AbortController();
    controller.abort(new Error('stopped'));
    await expect(call({ example: 'laptop' }, { signal: controller.signal })).rejects.toThrow('stopped');
  });
});

describe('this machine', () => {
  it('is judged, with a result as published', async () => {
    const outcome = await call({}, { env: process.env });
    expect(isDoctor(outcome.json), JSON.stringify(isDoctor.errors)).toBe(true);
    expect([0, 1, 3]).toContain(outcome.exitCode);
  });
});
