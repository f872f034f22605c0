import { describe, expect, it } from 'vitest';
import { unknown } from '../../src/machine/answer.ts';
import { answerOfCode, codeOfUnknown } from '../../src/machine/system-errors.ts';

const from = { kind: 'file', name: '/x' } as const;

describe('system errors', () => {
  it('of missing files are absence, all others are not', () => {
    expect(answerOfCode('ENOENT', from)).toEqual({ state: 'absent', from });
    expect(answerOfCode('ENOTDIR', from)).toEqual({ state: 'absent', from });
    expect(answerOfCode('EACCES', from)).toMatchObject({ state: 'unknown', reason: 'not-permitted' });
    expect(answerOfCode('EUCLEAN', from)).toMatchObject({ state: 'unknown', reason: 'failed' });
  });

  it('come back from a recording as they went in', () => {
    for (const code of [
      'EACCES',
      'EPERM',
      'ETIMEDOUT',
      'ENOTSUP',
      'ENOEXEC',
      'EISDIR',
      'ELOOP',
      'EIO',
      'EUCLEAN',
    ]) {
      const answer = answerOfCode(code, from);
      expect(answer.state === 'unknown' && codeOfUnknown(answer)).toBe(code);
    }
  });

  it('keep at least the reason where the words are somebody else’s', () => {
    for (const reason of ['not-permitted', 'timed-out', 'not-applicable', 'failed'] as const) {
      expect(answerOfCode(codeOfUnknown(unknown(reason, 'in other words', from)), from)).toMatchObject({
        reason,
      });
    }
  });
});
