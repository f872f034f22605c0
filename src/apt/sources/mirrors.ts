/** Other addresses for sources, from the configuration. Only where bytes come from changes: which keys must have signed them does not. */
import { GpuSetupError } from '../../base/errors.ts';
import { Location } from '../../base/http/location.ts';
import { nearest } from '../../base/suggest.ts';
import type { Source } from '../types.ts';

export interface Mirrors {
  /** By the id of a source. */
  addresses: Readonly<Record<string, readonly string[]>>;
  /** The file that names them, for messages. */
  file: string;
}

/** @throws GpuSetupError `bad-config` where one is named for a source that there is not */
export function withMirrors(
  sources: ReadonlyMap<string, Source>,
  { addresses, file }: Mirrors,
): ReadonlyMap<string, Source> {
  const unknown = Object.keys(addresses).find((id) => !sources.has(id));
  if (unknown !== undefined) {
    const near = nearest(unknown, sources.keys(), 1)[0];
    throw new GpuSetupError('bad-config', `${file}: mirrors.${unknown}: there is no source of that name`, {
      hint:
        near === undefined
          ? `take it away with gpu-setup config unset mirrors.${unknown}`
          : `did you mean ${near}? gpu-setup config unset mirrors.${unknown} takes it away`,
      details: { file, line: null },
    });
  }
  return new Map(
    [...sources].map(([id, source]) => {
      const uris = Object.hasOwn(addresses, id) ? addresses[id] : undefined;
      return [id, uris === undefined || !source.enabled ? source : mirrored(source, uris, file)];
    }),
  );
}

/** A mirror that has the whole folder has the key in it too; a key is what its fingerprint says, wherever it lies. */
function mirrored(source: Source, addresses: readonly string[], file: string): Source {
  const uris = addresses.flatMap((address) => Location.parse(address) ?? []);
  const keysThere = source.keyUris.flatMap((key) => {
    const below = source.uris.map((uri) => pathBelow(uri, key)).find((path) => path !== null);
    return below == null ? [] : uris.map((uri) => uri.below(below));
  });
  return { ...source, uris, keyUris: [...keysThere, ...source.keyUris], overridden: true, file };
}

/** Of a file in a folder, or further down in it. */
function pathBelow(folder: Location, file: Location): string | null {
  const start = `${folder}`.replace(/\/*$/, '/');
  return `${file}`.startsWith(start) ? decodeURIComponent(`${file}`.slice(start.length)) : null;
}
