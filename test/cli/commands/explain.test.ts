import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../../src/cli/command.ts';
import { command as explain } from '../../../src/cli/commands/explain.ts';
import { DIAGNOSES } from '../../../src/doctor/registry.ts';
import { validatorFor } from '../../support/schema.ts';
import { commandContext, terminal } from '../../support/context.ts';
import { buildTar, compress } from '../../support/deb.ts';
import { BUG_REPORT } from '../../machine/snapshot/reports/samples.ts';
import { FILES, TOP } from '../../machine/snapshot/sos/sample.ts';
import { tempDir } from '../../support/temp-dir.ts';

const call = (...args: string[]) => explain.run(args, {}, {} as Context);
const isExplain = validatorFor('explain');

describe('explain', () => {
  it.each(DIAGNOSES.filter(({ judge }) => judge !== undefined).map(({ code }) => code))(
    'has a page for %s, which the doctor can find',
    async (code) => {
      const outcome = await call(code);
      expect(isExplain(outcome.json), JSON.stringify(isExplain.errors)).toBe(true);
      const text = outcome.text!(terminal);
      expect(text.startsWith(code)).toBe(true);
      expect(text).toMatch(/What to do/);
    },
  );

  it('lists every page with its title', async () => {
    const outcome = await call();
    expect(isExplain(outcome.json)).toBe(true);
    expect(outcome.text!(terminal)).toMatch(/^nouveau-in-use +the nouveau driver holds the GPU$/m);
  });

  it.each([
    ['noveau-in-use', 'did you mean nouveau-in-use?'],
    ['xyzzy', 'gpu-setup explain lists every code'],
    ['__proto__', 'gpu-setup explain lists every code'],
    ['../design', 'gpu-setup explain lists every code'],
  ])('refuses %s as usage', async (code, hint) => {
    await expect(call(code)).rejects.toMatchObject({ code: 'unknown-code', exitCode: 2, hint });
  });
});

/** `explain --file` on a log of this text. */
function explainLog(text: string | Uint8Array) {
  const dir = tempDir();
  writeFileSync(join(dir, 'a.log'), text);
  return explain.run([], { file: 'a.log' }, commandContext(dir));
}

interface Explained {
  file: string;
  diagnoses: { code: string; summary: string; next: unknown[]; evidence: { from: string }[] }[];
}

describe('explain --file of the report of another program', () => {
  const explained = async (text: string | Uint8Array) => {
    const outcome = await explainLog(text);
    expect(isExplain(outcome.json), JSON.stringify(isExplain.errors)).toBe(true);
    return { ...(outcome.json as Explained & { taken: string | null }), said: outcome.text!(terminal) };
  };

  it('judges the machine of an nvidia-bug-report as doctor --snapshot does, and says what it took', async () => {
    const { taken, diagnoses, said } = await explained(gzipSync(BUG_REPORT));
    expect(taken).toBe('a report of nvidia-bug-report.sh');
    expect(said).toContain('a.log is a report of nvidia-bug-report.sh');
    expect(diagnoses[0]).toMatchObject({
      code: 'driver-library-mismatch',
      confidence: 'certain',
      subject: 'machine',
    });
  });

  it('tells what happened before the restart where the newest boot is silent', async () => {
    const quiet = BUG_REPORT.replace(/^Failed to initialize NVML.*$/gm, '');
    const { diagnoses } = await explained(quiet);
    expect(diagnoses[0]).toMatchObject({ severity: 'warning' });
    expect(diagnoses[0]?.summary).toMatch(/^Before the last restart/);
  });

  it('reads a sosreport', async () => {
    const files = Object.entries(FILES).map(([path, content]) => ({ path: `${TOP}/${path}`, content }));
    const { taken, diagnoses } = await explained(compress(buildTar(files), 'xz'));
    expect(taken).toBe('a sosreport');
    expect(diagnoses[0]).toMatchObject({ code: 'gpu-reset-required', subject: 'gpu:01:00.0' });
  });

  it('takes a log for a log', async () => {
    expect((await explained("nvcc fatal   : Unsupported gpu architecture 'compute_30'\n")).taken).toBeNull();
  });
});

describe('explain --file', () => {
  it('names the cause with the line that shows it, the fix, and where to read on', async () => {
    const outcome = await explainLog("cc -c a.c\nnvcc fatal   : Unsupported gpu architecture 'compute_30'\n");
    expect(isExplain(outcome.json), JSON.stringify(isExplain.errors)).toBe(true);
    expect(outcome.exitCode).toBe(0);
    const { file, diagnoses } = outcome.json as Explained;
    expect(file).toBe('a.log');
    expect(diagnoses).toMatchObject([{ code: 'gpu-arch-dropped', evidence: [{ from: 'text: line 2' }] }]);
    expect(outcome.text!(terminal)).toMatch(
      /compute_30[\s\S]*line 2[\s\S]*1\. [\s\S]*more: gpu-setup explain gpu-arch-dropped/,
    );
  });

  it('finds the cause at the begin of a log that is longer than what is read whole, by its true line', async () => {
    const cause = "cc -c a.c\nnvcc fatal   : Unsupported gpu architecture 'compute_30'\n";
    const outcome = await explainLog(cause + `${'step 1 of 2, loss 0.5\n'.repeat(50)}`.repeat(25_000));
    expect(isExplain(outcome.json), JSON.stringify(isExplain.errors)).toBe(true);
    const { sifted, diagnoses } = outcome.json as Explained & { sifted: object };
    expect(sifted).toMatchObject({ whole: true });
    expect(diagnoses).toMatchObject([{ code: 'gpu-arch-dropped', evidence: [{ from: 'text: line 2' }] }]);
  });

  it('gives several candidates for an ambiguous line, with what would settle it', async () => {
    const outcome = await explainLog(
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n",
    );
    const { diagnoses } = outcome.json as Explained;
    expect(diagnoses.length).toBeGreaterThan(3);
    expect(diagnoses.some(({ next }) => next.length > 0)).toBe(true);
    expect(outcome.text!(terminal)).toContain('To be sure:');
  });

  it('says that nothing was recognised, which is no proof that all is well (exit code 3)', async () => {
    const outcome = await explainLog('all is well\n');
    expect(isExplain(outcome.json)).toBe(true);
    expect(outcome).toMatchObject({ exitCode: 3, json: { diagnoses: [] } });
    expect(outcome.text!(terminal)).toContain('shows nothing');
  });

  it('shows control characters of a log as text', async () => {
    const outcome = await explainLog(
      "\u001b]0;evil\u0007nvcc fatal : Unsupported gpu architecture 'compute_30'\n",
    );
    expect(outcome.text!(terminal)).not.toMatch(/[\u0007\u001b]/);
  });

  it('reads a log with endless lines, and one line a hundred thousand times, and shows some of them', async () => {
    const text = `${'error: '.repeat(1 << 17)}\n${'no space left on device\n'.repeat(100_000)}`;
    const { diagnoses } = (await explainLog(text)).json as Explained;
    expect(diagnoses[0]?.code).toBe('disk-full');
    expect(diagnoses[0]!.evidence.length).toBeLessThan(20);
  });

  it('refuses what is no text, and a code beside --file', async () => {
    await expect(explainLog(Buffer.alloc(5000))).rejects.toMatchObject({ code: 'not-a-log' });
    await expect(explain.run(['disk-full'], { file: 'a.log' }, commandContext('/'))).rejects.toMatchObject({
      code: 'options-conflict',
      exitCode: 2,
    });
  });
});

/** Real logs with a known cause; they lie beside the repository and are not part of it. */
const CASES = fileURLToPath(new URL('../../../../shared/doctor-cases/', import.meta.url));
interface Case {
  kind: string;
  text: string;
  expect: { code: string; accept: string[] };
}
const cases = existsSync(CASES)
  ? readdirSync(CASES)
      .map((name) => [name, JSON.parse(readFileSync(CASES + name, 'utf8')) as Case] as const)
      .filter(([, { kind }]) => kind === 'text')
  : [];

describe.skipIf(cases.length === 0)(
  `explain --file on real logs${cases.length === 0 ? ' (not here)' : ''}`,
  () => {
    it.each(cases)('%s', async (_name, { text, expect: expected }) => {
      const outcome = await explainLog(text);
      expect(isExplain(outcome.json), JSON.stringify(isExplain.errors)).toBe(true);
      const first = (outcome.json as Explained).diagnoses[0]?.code ?? 'healthy';
      expect([expected.code, ...expected.accept]).toContain(first);
    });
  },
);
