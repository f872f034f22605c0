import { describe, expect, it } from 'vitest';
import { bypassesProxy } from '../../../src/base/http/no-proxy.ts';

const bypasses = (url: string, noProxy: string): boolean => {
  const { hostname, port, protocol } = new URL(url);
  return bypassesProxy({ hostname, port: Number(port || (protocol === 'https:' ? 443 : 80)) }, noProxy);
};

describe('NO_PROXY', () => {
  it.each([
    ['*', 'http://any.example/'],
    ['example.com', 'http://example.com/'],
    ['example.com', 'http://deb.EXAMPLE.com/'],
    ['.example.com', 'http://deb.example.com/'],
    ['.example.com', 'http://example.com/'],
    ['*.example.com', 'http://deb.example.com/'],
    ['EXAMPLE.com.', 'http://example.com./'],
    ['a.example, b.example', 'http://b.example/'],
    ['a.example b.example', 'http://b.example/'],
    ['example.com:8080', 'http://example.com:8080/'],
    ['example.com:443', 'https://example.com/'],
    ['10.1.2.3', 'http://10.1.2.3/'],
    ['10.0.0.0/8', 'http://10.200.3.4:3142/'],
    ['0.0.0.0/0', 'http://10.200.3.4/'],
    ['::1', 'http://[::1]:8080/'],
    ['[::1]', 'http://[0:0:0:0:0:0:0:1]/'],
    ['[::1]:80', 'http://[::1]/'],
    ['fd00::/8', 'http://[fd12:3456::1]/'],
    ['2001:db8:0:0:0:0:0:7', 'http://[2001:db8::7]/'],
  ])('%s takes %s out', (noProxy, url) => {
    expect(bypasses(url, noProxy)).toBe(true);
  });

  it.each([
    ['', 'http://any.example/'],
    [' , ,', 'http://any.example/'],
    ['example.com', 'http://badexample.com/'],
    ['example.com', 'http://example.com.evil.example/'],
    ['example.com:8080', 'http://example.com/'],
    ['.', 'http://example.com/'],
    ['10.1.2.3', 'http://10.1.2.30/'],
    ['10.0.0.0/8', 'http://11.0.0.1/'],
    ['10.0.0.0/99', 'http://10.0.0.1/'],
    ['10.0.0.0/8', 'http://host-10.example/'],
    ['fd00::/8', 'http://10.0.0.1/'],
    ['10.0.0.0/x', 'http://10.0.0.1/'],
    ['[::1]:81', 'http://[::1]/'],
    ['::ffff:0:0/96', 'http://[::1]/'],
  ])('%s leaves %s to the proxy', (noProxy, url) => {
    expect(bypasses(url, noProxy)).toBe(false);
  });
});
