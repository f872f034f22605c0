/** Headers of the running kernel: what a module is built with. */
import { headersForEveryKernel, headersOf } from '../../compat/driver-commands.ts';
import type { Facts } from '../../machine/facts.ts';
import type { FixStep } from '../types.ts';
import { distributionOf, hostOf } from './distribution.ts';
import { packageInstall } from './packages.ts';

export function kernelHeaders(facts: Facts | null): FixStep[] {
  const host = hostOf(facts);
  return packageInstall(
    facts,
    {
      ubuntu: [headersOf('ubuntu', host)],
      debian: [headersOf('debian', host)],
      fedora: [headersOf('fedora', host)],
      rhel: [headersOf('rhel', host)],
      arch: [headersOf('arch', host)],
      suse: [headersOf('suse', host)],
    },
    { id: 'kernel-headers', title: 'Install the headers of the running kernel' },
  );
}

/** The package that brings headers with every kernel update; empty where kernels bring them by themselves. */
export function headersWithEveryKernel(facts: Facts | null): FixStep[] {
  const family = distributionOf(facts)?.family;
  const name = family === undefined ? null : headersForEveryKernel(family, hostOf(facts));
  return family === undefined || name === null
    ? []
    : packageInstall(
        facts,
        { [family]: [name] },
        { id: 'headers-metapackage', title: 'Let every kernel update bring its headers' },
      );
}
