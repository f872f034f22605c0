import { describe, expect, it } from 'vitest';
import { unreachable } from '../../../src/base/http/failures.ts';
import { locationOf } from '../../support/location.ts';

const failure = (code: string) =>
  unreachable(locationOf('https://me:s3cret@host.example/x'), null, {
    code,
    text: 'it says so',
    error: undefined,
  });

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

describe('a proxy that stands in between', () => {
  const behind = (text: string, code: string | undefined) =>
    unreachable(locationOf('https://host.example/x'), locationOf('http://me:s3cret@proxy.example:3128'), {
      code,
      text,
      error: undefined,
    });

  it('is named, without its login', () => {
    const error = behind('the connection was refused', 'ECONNREFUSED');
    expect(error).toMatchObject({
      code: 'host-unreachable',
      message:
        'cannot reach host.example through the proxy proxy.example:3128: the proxy does not take the connection, or does not let it go there',
      hint: expect.stringContaining('no_proxy'),
    });
    expect(JSON.stringify(error) + error.message).not.toContain('s3cret');
  });

  it('is what refused a connection, where there is no tunnel to be refused', () => {
    const error = unreachable(locationOf('http://host.example/x'), locationOf('http://proxy.example:3128'), {
      code: 'ECONNREFUSED',
      text: 'the connection was refused',
      error: undefined,
    });
    expect(error.message).toMatch(/through the proxy proxy\.example:3128: the connection was refused$/);
  });

  it.each([
    ['Proxy response (407) !== 200 when HTTP Tunneling', 'UND_ERR_ABORTED'],
    ['Proxy Authentication Required (407)', 'UND_ERR_INVALID_ARG'],
    ['Proxy refused to open a tunnel: 407 Proxy Authentication Required', 'ERR_PROXY_TUNNEL'],
  ])('and wants a login says so, as each runtime has it: %s', (text, code) => {
    expect(behind(text, code)).toMatchObject({
      code: 'http-error',
      retryable: false,
      message: 'cannot reach host.example: the proxy proxy.example:3128 answers 407',
      hint: expect.stringContaining('USER:PASSWORD@'),
      details: { status: 407 },
    });
  });
});
