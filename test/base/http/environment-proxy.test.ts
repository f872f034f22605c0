import { describe, expect, it } from 'vitest';
import { environmentProxies, proxyFor } from '../../../src/base/http/environment-proxy.ts';
import { locationOf } from '../../support/location.ts';

describe('proxies of the environment', () => {
  it('are read in small letters, else in capitals; an empty one is none', () => {
    const { http, https, none } = environmentProxies({
      http_proxy: 'http://me:s3cret@p:3128',
      HTTP_PROXY: 'http://other:1',
      https_proxy: '',
      HTTPS_PROXY: 'http://other:1',
      NO_PROXY: 'localhost',
    });
    expect(http?.reveal()).toEqual({ url: 'http://p:3128/', login: { user: 'me', password: 's3cret' } });
    expect(https).toBeNull();
    expect(none).toBe('localhost');
  });

  it('may leave the scheme out, as for curl', () => {
    expect(String(environmentProxies({ http_proxy: 'proxy.example:3128' }).http)).toBe(
      'http://proxy.example:3128/',
    );
  });

  it.each(['socks5://me:s3cret@p:1080', 'http://me:s3cret@[', 'http://me:s3cret@p:port'])(
    'that are none are said by the name of the variable, not by what it holds (%s)',
    (value) => {
      const read = (): unknown => environmentProxies({ https_proxy: value });
      expect(read).toThrow(/https_proxy/);
      expect(read).not.toThrow(/s3cret/);
    },
  );
});

describe('the proxy for an address', () => {
  const env = {
    http_proxy: 'http://plain:1',
    https_proxy: 'http://secure:2',
    no_proxy: 'inside.example:443',
  };

  it.each([
    ['http://outside.example/', 'http://plain:1/'],
    ['https://outside.example/', 'http://secure:2/'],
    ['http://inside.example/', 'http://plain:1/'],
    ['https://inside.example/', 'null'],
  ])('%s is asked through %s', (url, proxy) => {
    expect(String(proxyFor(locationOf(url), env))).toBe(proxy);
  });

  it('is none where the variable is not set', () => {
    expect(proxyFor(locationOf('https://outside.example/'), { http_proxy: 'http://plain:1' })).toBeNull();
  });
});
