import { describe, expect, it } from 'vitest';
import { readLog } from '../../src/doctor/diagnose.ts';
import { withBoundedExcerpts } from '../../src/doctor/evidence.ts';

const LONG = `nvcc: command not found ${'x'.repeat(1000)}`;

describe('an excerpt', () => {
  it('is kept whole for people, and bounded in documents', () => {
    const diagnoses = readLog(LONG);
    expect(diagnoses[0]?.evidence[0]?.excerpt).toBe(LONG);
    expect(withBoundedExcerpts(diagnoses)[0]?.evidence[0]?.excerpt).toHaveLength(300);
    expect(
      readLog('nvcc: command not found '.padEnd(100_000, 'x'))[0]?.evidence[0]?.excerpt.length,
    ).toBeLessThan(5000);
  });
});

describe('colours in a log', () => {
  it.each([
    ['as bytes', '\u001b[31mnvcc: command not found\u001b[0m'],
    ['as echo without -e leaves them', '\\e[31mnvcc: command not found\\e[0m'],
    ['in octal', '\\033[1;31mnvcc: command not found\\033[0m\\033[K'],
    ['in hexadecimal', '\\x1b[31mnvcc: command not found\\x1B[0m'],
    ['as JSON has them', '\\u001b[31mnvcc: command not found\\u001B[0m'],
    ['as less shows them', '^[[31mnvcc: command not found^[[0m'],
  ])('%s hide nothing', (_, line) => {
    const plain = readLog('nvcc: command not found');
    expect(plain).toHaveLength(1);
    expect(readLog(line)).toEqual(plain);
  });
});
