import { describe, expect, it } from 'vitest';
import { unreachable } from '../../../src/base/http/failures.ts';
import { locationOf } from '../../support/location.ts';

const failure = (code: string) =>
  unreachable(locationOf('https://me:s3cret@host.example/x'), { code, text: 'it says so', error: undefined });

describe('a server that gives no answer', () => {
  it('whose certificate is of the future tells that the clock is wrong, and how to set it', () => {
    expect(failure('CERT_NOT_YET_VALID')).toMatchObject({
      code: 'clock-wrong',
      retryable: false,
      message: expect.stringContaining('host.example'),
      hint: expect.stringMatching(/^set the clock/),
    });
  });

  it('whose certificate has expired may be at fault itself, or the clock', () => {
    expect(failure('CERT_HAS_EXPIRED')).toMatchObject({
      code: 'tls-failed',
      hint: expect.stringMatching(/another source.*set the clock/),
    });
  });

  it.each([
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls-failed', false],
    ['ECONNREFUSED', 'host-unreachable', true],
    ['UND_ERR_HEADERS_OVERFLOW', 'host-unreachable', true],
  ])('%s is %s', (reason, code, retryable) => {
    const error = failure(reason);
    expect(error).toMatchObject({ code, retryable, details: { host: 'host.example', reason } });
    expect(JSON.stringify(error) + error.message).not.toContain('s3cret');
  });
});
