import { describe, expect, it } from 'vitest';
import { GpuSetupError } from '../../../src/base/errors.ts';
import { errorText, hintLines } from '../../../src/cli/call/failure.ts';
import type { Terminal } from '../../../src/report/terminal.ts';

const pipe: Terminal = { columns: 40, color: false, interactive: false, unicode: false };
const screen: Terminal = { ...pipe, interactive: true };
const path = '/home/somebody/.local/share/gpu-setup/prefixes/cuda10';
const error = new GpuSetupError('output-failed', `what was asked for could not be written to ${path} today`, {
  hint: 'gpu-setup remove cuda10 and install it again, so that it is as it was\nmake 2>&1 | gpu-setup explain - | less -R',
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

  it('keeps the lines of a message that was laid out', () => {
    const laidOut = new GpuSetupError('output-failed', 'two things:\n    one   1\n    two   2', {
      hint: 'x',
    });
    expect(errorText(laidOut, screen, false)).toBe(
      'error[output-failed]: two things:\n    one   1\n    two   2\nhint: x\n',
    );
  });
});

describe('an error in a pipe', () => {
  it('is not broken at all, so that grep finds it', () => {
    expect(errorText(error, pipe, false)).toContain(`${error.message}\n`);
    expect(hintLines(['a '.repeat(50).trim()], pipe)).toHaveLength(1);
  });
});
