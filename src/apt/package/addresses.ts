/** Where a file of a repository may be had, and how it is asked for there. */
import { hostArchitecture } from '../../base/architecture.ts';
import { GpuSetupError } from '../../base/errors.ts';
import { Location } from '../../base/http/location.ts';
import { hostApt, memoryOf, type AptContext } from '../context.ts';
import type { HostApt } from '../host/configuration.ts';

/**
 * URLs of a file below each URI of its repository, in their order, as they may be printed and written down: what a
 * transfer needs besides, the context keeps.
 */
export function addressesOf(uris: readonly Location[], path: string, context: AptContext): readonly string[] {
  return uris.map((uri) => {
    memoryOf(context).bases.set(uri.toString(), uri);
    return uri.below(path).toString();
  });
}

/**
 * How an address is asked for: with the login of the URI that it lies below, and with the proxies and logins of the
 * host's apt configuration where it lies on one of the host's own mirrors. They belong to no other request.
 *
 * @throws GpuSetupError `bad-url`: what was written down as an address is none
 */
export async function wayTo(
  address: string,
  context: AptContext,
): Promise<{ location: Location; host: HostApt | undefined }> {
  const host = await hostApt(context, hostArchitecture());
  const known = [...memoryOf(context).bases.values()].map((base) => base.completed(address));
  const onMirrors = host.allMirrors.map((mirror) => mirror.completed(address));
  const location = [...known, ...onMirrors, Location.parse(address)].find((one) => one !== null);
  if (location === undefined || location === null) {
    throw new GpuSetupError('bad-url', 'a plan names something as an address that is none', {
      hint: 'make the plan anew',
    });
  }
  return { location, host: onMirrors.some((one) => one !== null) ? host : undefined };
}
