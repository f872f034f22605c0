import { afterEach, describe, expect, it } from 'vitest';
import { asCalled, sayAs } from '../../src/report/as-called.ts';
import { table } from '../../src/report/table.ts';
import { wrap } from '../../src/report/wrap.ts';

const COMMANDS = ['install', 'run', 'explain', 'self'];
const as = (program: string): void => sayAs(() => program, COMMANDS);

describe('a command of ours that is suggested', () => {
  afterEach(() => as('gpu-setup'));

  it.each([
    ['gpu-setup install cuda10', './gpu-setup install cuda10'],
    ['(`gpu-setup run x` starts it)', '(`./gpu-setup run x` starts it)'],
    ['eval "$(gpu-setup run x)"', 'eval "$(./gpu-setup run x)"'],
    ['sudo gpu-setup install cuda10', 'sudo ./gpu-setup install cuda10'],
    ['gpu-setup --version', './gpu-setup --version'],
  ])('%s: begins with what was typed', (text, said) => {
    as('./gpu-setup');
    expect(asCalled(text)).toBe(said);
    expect(asCalled(said)).toBe(said);
  });

  it.each([
    'this is a bug in gpu-setup 0.1.0',
    'gpu-setup itself on PATH',
    'does not come with gpu-setup. Its scripts',
    '~/.config/gpu-setup install',
    'gpu-setup runs',
    'gpu-setup.lock',
  ])('what only names the program stays: %s', (text) => {
    as('./gpu-setup');
    expect(asCalled(text)).toBe(text);
  });

  it('is asked for its name only where there is one in the text', () => {
    sayAs(() => {
      throw new Error('asked');
    }, COMMANDS);
    expect(asCalled('nothing of the kind')).toBe('nothing of the kind');
  });

  it.each(['./gpu-setup', '../tools/gpu-setup', '/srv/tools/gpu-setup', './gpu-setup-linux-x64'])(
    'keeps lines within the width, and the command whole: %s',
    (program) => {
      as(program);
      const lines = wrap('what to do next is told by gpu-setup explain disk-full, or so', 60);
      expect(lines.every((line) => line.length <= 60)).toBe(true);
      expect(lines.join('\n')).toContain(`${program} explain disk-full,`);
      const plain = { columns: 60, color: false, interactive: true, unicode: true };
      const rows = table([], [['use it', 'gpu-setup run cuda10 -- nvcc']], plain);
      expect(rows).toContain(`${program} run cuda10 -- nvcc`);
    },
  );
});
