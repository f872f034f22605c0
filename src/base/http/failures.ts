/** How a request failed, in words. */
import { GpuSetupError } from '../errors.ts';
import { clockHint } from '../set-clock.ts';
import { timeText } from '../time-text.ts';
import type { Location } from './location.ts';
import type { LeastRate } from './rate-floor.ts';
import type { Interruption } from './watchdog.ts';

/** There was no answer. @param proxy that was to bring it; null for none */
export function unreachable(
  { host, protocol }: Location,
  proxy: Location | null,
  { code, text, error }: Interruption,
): GpuSetupError {
  const details = { host, reason: code ?? null, ...(proxy === null ? {} : { proxy: proxy.host }) };
  if (code === 'CERT_NOT_YET_VALID') {
    return new GpuSetupError(
      'clock-wrong',
      `this machine's clock says ${timeText(new Date())}, and the certificate of ${host} is not valid before a later time`,
      { hint: clockHint(null), cause: error, details },
    );
  }
  if (code === 'CERT_HAS_EXPIRED') {
    return new GpuSetupError('tls-failed', `the certificate of ${host} has expired`, {
      hint: `use another source, or correct this machine's clock if it is ahead (it says ${timeText(new Date())}). ${clockHint(null)}`,
      cause: error,
      details,
    });
  }
  if (/CERT|SELF_SIGNED|ERR_TLS|UNABLE_TO_/.test(code ?? '')) {
    return new GpuSetupError('tls-failed', `the certificate of ${host} is not accepted: ${text}`, {
      hint: 'where a proxy inspects TLS, name its CA certificate: export NODE_EXTRA_CA_CERTS=/path/ca.pem',
      cause: error,
      details,
    });
  }
  if (proxy !== null && /\b407\b|ProxyAuthentication/i.test(`${text} ${code ?? ''}`)) {
    return new GpuSetupError('http-error', `cannot reach ${host}: the proxy ${proxy.host} answers 407`, {
      hint: proxyLogin,
      cause: error,
      details: { ...details, status: 407 },
    });
  }
  const way = proxy === null ? '' : ` through the proxy ${proxy.host}`;
  // A tunnel that the proxy refuses looks to Bun as if nothing listened there.
  const isEither = proxy !== null && protocol === 'https:' && REFUSED.has(code ?? '');
  const why = isEither ? 'the proxy does not take the connection, or does not let it go there' : text;
  return new GpuSetupError('host-unreachable', `cannot reach ${host}${way}: ${why}`, {
    hint:
      proxy === null
        ? 'check the network; behind a proxy set http_proxy and https_proxy'
        : `check the proxy in http_proxy and https_proxy; for a host that is reached without one, add it to no_proxy`,
    retryable: true,
    cause: error,
    details,
  });
}

const REFUSED = new Set(['ECONNREFUSED', 'ConnectionRefused']);

/** What is to be done where a proxy asks who comes. */
export const proxyLogin =
  'the proxy wants a login: put USER:PASSWORD@ before its host in http_proxy and https_proxy';

/** Details' `reason` of a transfer that was given up because it was slow. */
export const SLOW = 'SLOW';

/** The answer comes, and would take for ever. */
export function tooSlow(location: Location, { bytesPerSecond, windowMs }: LeastRate): GpuSetupError {
  const text = `less than ${bytesPerSecond} bytes per second for ${windowMs / 1000} s`;
  return interrupted(location, { text, code: SLOW, error: undefined });
}

/** The answer did not come to its end. */
export function interrupted({ host }: Location, { text, code, error }: Interruption): GpuSetupError {
  return new GpuSetupError('transfer-interrupted', `the transfer from ${host} broke off: ${text}`, {
    hint: 'run the same command again: what was fetched is kept',
    retryable: true,
    cause: error,
    details: { host, reason: code ?? null },
  });
}
