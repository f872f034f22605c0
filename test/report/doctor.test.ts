import { describe, expect, it } from 'vitest';
import type { DoctorReport } from '../../src/doctor/types.ts';
import { markdownDoctor } from '../../src/report/doctor-markdown.ts';
import { summarize } from '../../src/report/doctor-summary.ts';
import { renderDoctor, renderHeadline } from '../../src/report/doctor-terminal.ts';
import type { Terminal } from '../../src/report/terminal.ts';
import { check, crowded, diagnosis, result, step } from './doctor-results.ts';

const plain: Terminal = { columns: 80, color: false, interactive: false, unicode: false };
/** What a person looks at: only there is a report fitted to a screen. */
const screen: Terminal = { ...plain, interactive: true };
const lines = (from: DoctorReport, terminal = plain): string[] =>
  renderDoctor(from, terminal).trimEnd().split('\n');

describe('what a result comes to', () => {
  it('takes consequences of consequences for consequences of the root', () => {
    expect(summarize(crowded).consequences).toEqual(['device-nodes-missing', 'libcuda-missing']);
  });

  it('keeps what the root does not cause as findings of their own', () => {
    expect(summarize(crowded).others.map(({ code }) => code)).toEqual(['disk-full', 'toolkit-missing']);
  });

  it('says of each layer the worst, and takes what could not be looked at for worse than what is fine', () => {
    const { layers } = summarize(
      result({ checks: [check('device', 'ok'), check('device', 'unknown', { summary: 'no permission' })] }),
    );
    expect(layers).toMatchObject([{ layer: 'device', status: 'unknown', summary: 'no permission' }]);
  });

  it.each([
    ['ok', 'run', 'This machine is ready to run CUDA programs.'],
    ['ok', 'build', 'This machine is ready to build CUDA programs.'],
    ['unverified', 'run', 'Nothing wrong was found, but not everything could be checked: summary of device'],
  ] as const)('has a headline for %s, purpose %s', (verdict, purpose, sentence) => {
    const checks =
      verdict === 'unverified'
        ? [check('apt', 'unknown'), check('device', 'unknown', { id: 'device-nodes' })]
        : [];
    expect(summarize(result({ verdict, purpose, checks })).headline.sentence).toBe(sentence);
  });

  it('has the root cause as the headline', () => {
    expect(summarize(crowded).headline).toMatchObject({
      word: 'error',
      sentence: crowded.diagnoses[0]!.summary,
    });
  });

  it('does not make a mere note the headline of a healthy machine', () => {
    const note = diagnosis('toolkit-missing', { severity: 'info' });
    expect(summarize(result({ diagnoses: [note] }))).toMatchObject({ root: null, others: [note] });
  });
});

describe('the terminal report', () => {
  it.each([80, 120])('is not wider than the terminal, nor than one can read: %i columns', (columns) => {
    const report = lines(crowded, { ...plain, columns });
    expect(Math.max(...report.map((line) => line.length))).toBeLessThanOrEqual(Math.min(columns, 100));
  });

  it('says less where all of it would not fit one screen: evidence first, then other ways, never a step', () => {
    const report = renderDoctor(crowded, screen);
    expect(report).not.toContain('row 3');
    expect(report).not.toContain('Install it by hand');
    expect(report).toContain('  other ways: -v shows them');
    expect(report).toContain('sudo reboot');
    const roomy = renderDoctor({ ...crowded, checks: [] }, screen);
    expect(roomy).toContain('row 3');
    expect(roomy).toContain('  or Install it by hand');
  });

  it('goes from the root cause over evidence and fix to the layers and the driver', () => {
    expect(lines(crowded, screen)).toMatchInlineSnapshot(`
      [
        "x error: The nouveau driver holds the GPU (GeForce GTX 1660 Ti Mobile), so the",
        "  NVIDIA driver cannot take it.",
        "  nouveau-in-use (gpu:01:00.0); more: gpu-setup explain nouveau-in-use",
        "Why",
        "  * row 1 x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x...",
        "    (file: /proc/1)",
        "  * row 2 x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x...",
        "    (file: /proc/2)",
        "What to type",
        "  1. Install the driver",
        "       sudo apt-get install driver",
        "  2. Start again [needs a reboot]",
        "       sudo reboot",
        "  other ways: -v shows them",
        "Also seen, caused by this: device-nodes-missing, libcuda-missing",
        "x error [disk-full]: The disk is full.",
        "       sudo apt-get install one",
        "+ platform        Ubuntu 18.04.6 LTS, Linux 5.4.0-150-generic, x86_64",
        "+ hardware        summary of hardware",
        "x kernel-driver   error: summary of kernel-driver",
        "! toolkit         warning: summary of toolkit",
        "? cudnn           unknown: summary of cudnn",
        "+ compiler        summary of compiler",
        "+ apt             summary of apt",
        "- blocked         device, driver-library (by nouveau-in-use)",
        "The driver 470.256.02 serves CUDA up to 11.4.",
        "Shortened to fit: -v shows all of it",
      ]
    `);
  });

  it.each([
    ['in a pipe', plain],
    ['with -v', { ...screen, verbose: true }],
  ])('drops and cuts nothing %s', (_where, terminal) => {
    const report = renderDoctor(crowded, terminal);
    for (const { from, excerpt } of crowded.diagnoses[0]!.evidence) {
      expect(report).toContain(`(${from})`);
      expect(report.replace(/\s+/g, ' ')).toContain(excerpt.trim().replace(/\s+/g, ' '));
    }
    expect(report).toContain('  or Install it by hand');
    expect(report).not.toMatch(/\.\.\.|-v/);
  });

  it('is one headline and one line per layer where nothing is wrong', () => {
    expect(lines(result())).toMatchInlineSnapshot(`
      [
        "+ ok: This machine is ready to run CUDA programs.",
        "+ platform        summary of platform",
        "+ hardware        summary of hardware",
        "The driver 470.256.02 serves CUDA up to 11.4.",
      ]
    `);
  });

  it('says the same words without colour and symbols as with them', () => {
    const colored = renderDoctor(crowded, { ...plain, color: true });

    expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(renderDoctor(crowded, plain));
    expect(colored).toContain('\u001b[31m');
  });

  it('uses basic colours alone, which light and dark palettes both keep readable', () => {
    const codes = [...renderDoctor(crowded, { ...plain, color: true }).matchAll(/\u001b\[([\d;]+)m/g)];
    const allowed = new Set(['1', '22', '31', '32', '35', '39']);
    expect(codes.filter((code) => !allowed.has(code[1]!))).toEqual([]);
  });

  it('escapes text from outside', () => {
    const hostile = diagnosis('x', {
      summary: 'a\u001b]0;title\u0007',
      evidence: [{ from: 'file: \u202e', excerpt: '\u001b[2J\nsecond' }],
      fix: [step('y', { title: '\u009b', argv: ['\u001b'] })],
    });
    const text = renderDoctor(result({ verdict: 'failed', diagnoses: [hostile] }), plain);

    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(text).toContain('\\u001b[2J / second');
  });

  it('puts sudo before what needs root, once, and keeps pipes together', () => {
    const steps = [
      step('a', { argv: ['sudo', 'reboot'] }),
      step('b', { argv: ['modprobe', 'nvidia'] }),
      step('c', { argv: ['echo', "it's"], needsRoot: false }),
      { ...step('d'), argv: undefined, script: 'echo x | tee /etc/y' },
      { ...step('e'), argv: undefined, script: 'apt-get update' },
    ].map(({ argv, ...rest }) => (argv === undefined ? rest : { ...rest, argv }));
    const report = renderDoctor(
      result({ verdict: 'failed', diagnoses: [diagnosis('x', { fix: steps })] }),
      plain,
    );
    const typed = report.split('\n').filter((line) => line.startsWith('       '));
    expect(typed.map((line) => line.trim())).toEqual([
      'sudo reboot',
      'sudo modprobe nvidia',
      "echo 'it'\\''s'",
      "sudo sh -c 'echo x | tee /etc/y'",
      'sudo apt-get update',
    ]);
  });

  it('shows what would settle an open question', () => {
    const open = diagnosis('x', {
      confidence: 'possible',
      next: [{ ask: 'Is it loaded?', argv: ['lsmod'] }],
    });
    const report = renderDoctor(result({ verdict: 'failed', diagnoses: [open] }), plain);
    expect(report).toContain('x (machine, possible)');
    expect(report).toContain('To be sure: Is it loaded?\n      lsmod');
  });

  it('of --quiet is the headline alone', () => {
    expect(renderHeadline(crowded, { ...plain, columns: 120 })).toBe(
      'x error: The nouveau driver holds the GPU (GeForce GTX 1660 Ti Mobile), so the NVIDIA driver cannot\n' +
        '  take it.\n',
    );
  });
});

describe('the Markdown report', () => {
  it('has the same root cause, evidence, commands and layers', () => {
    const text = markdownDoctor(crowded);
    expect(text).toMatch(/^## gpu-setup doctor: error\n\n\*\*The nouveau driver holds the GPU/);
    expect(text).toContain('# file: /proc/5\nrow 5');
    expect(text).toContain('sudo apt-get install driver');
    expect(text).toContain('| kernel-driver | error | summary of kernel-driver |');
  });

  it('lets no text from outside become markup', () => {
    const hostile = diagnosis('x', {
      summary: '<img src=x> [a](http://b) @team | `c`',
      evidence: [{ from: 'file: x', excerpt: '```\n# heading\n````' }],
    });
    const text = markdownDoctor(result({ verdict: 'failed', diagnoses: [hostile] }));
    expect(text).not.toMatch(/<img|[^\\]\[a\]|[^\\]@team/);
    expect(text).toContain('`````text\n# file: x\n```\n# heading\n````\n`````');
  });
});
