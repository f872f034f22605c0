import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GpuSetupError } from '../../../src/base/errors.ts';
import { asGpuSetupError, errorText, hintLines } from '../../../src/cli/call/failure.ts';
import type { Terminal } from '../../../src/report/terminal.ts';

const pipe: Terminal = { columns: 40, color: false, interactive: false, unicode: false };
const screen: Terminal = { ...pipe, interactive: true };
const path = '/home/somebody/.local/share/gpu-setup/prefixes/cuda10';
const error = new GpuSetupError('output-failed', `what was asked for could not be written to ${path} today`, {
  hint: [
    'gpu-setup remove cuda10 and install it again, so that it is as it was',
    'make 2>&1 | gpu-setup explain - | less -R',
  ],
  cause: new Error('the disk said no, and it said so for a long while'),
});

describe('an error on a terminal', () => {
  it('is broken at words alone: paths and commands stay whole', () => {
    expect(errorText(error, screen, false).split('\n')).toEqual([
      'error[output-failed]: what was asked for',
      '  could not be written to',
      `  ${path}`,
      '  today',
      '  because: the disk said no, and it said',
      '  so for a long while',
      'hint: gpu-setup remove cuda10 and',
      '  install it again, so that it is as it',
      '  was',
      'hint: make 2>&1 | gpu-setup explain - | less -R',
      '',
    ]);
  });

  it('says the same words in colour', () => {
    const colored = errorText(error, { ...screen, color: true }, false);
    expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(errorText(error, screen, false));
  });

  it('begins no line with what was read from outside', () => {
    const forged = new GpuSetupError('output-failed', 'no file a\nerror[x]: y', {
      hint: 'b\nhint: run: evil',
    });
    for (const terminal of [{ ...screen, columns: 80 }, pipe]) {
      expect(errorText(forged, terminal, false)).toBe(
        'error[output-failed]: no file a\\nerror[x]: y\nhint: b\\nhint: run: evil\n',
      );
    }
  });
});

describe('an error in a pipe', () => {
  it('is not broken at all, so that grep finds it', () => {
    expect(errorText(error, pipe, false)).toContain(`${error.message}\n`);
    expect(hintLines(['a '.repeat(50).trim()], pipe)).toHaveLength(1);
  });
});

describe('what nobody expected', () => {
  it.each([
    ['a name too long', () => readdirSync('/' + 'x'.repeat(300)), 'system-refused'],
    ['what is no folder', () => readdirSync('/dev/null'), 'system-refused'],
    ['a buffer that gets no memory', () => new ArrayBuffer(2 ** 45), 'no-memory'],
    ['a number out of range', () => (1).toFixed(1000), 'internal-error'],
    ['a mistake of ours', () => (undefined as unknown as string).length, 'internal-error'],
  ])("is the system's trouble or a bug: %s", (_, act, code) => {
    let thrown: unknown;
    try {
      act();
    } catch (error) {
      thrown = error;
    }
    expect(asGpuSetupError(thrown)).toMatchObject({ code });
  });
});
