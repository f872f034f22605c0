/** How a request failed, in words. */
import { GpuSetupError } from '../errors.ts';
import { clockHint } from '../set-clock.ts';
import { timeText } from '../time-text.ts';
import type { Location } from './location.ts';
import type { Interruption } from './watchdog.ts';

/** There was no answer. */
export function unreachable({ host }: Location, { code, text, error }: Interruption): GpuSetupError {
  const details = { host, reason: code ?? null };
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
  return new GpuSetupError('host-unreachable', `cannot reach ${host}: ${text}`, {
    hint: 'check the network; behind a proxy set http_proxy and https_proxy',
    retryable: true,
    cause: error,
    details,
  });
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
