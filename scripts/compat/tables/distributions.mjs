// Distributions: what of them a stack depends on.
import { confidenceOf, sourceList } from '../facts.mjs';

export function distributions(facts) {
  const { sources, at } = sourceList();
  return {
    about:
      "id and version as in os-release; gccPackaged: majors that are packaged, oldest first; gccListed false: only the default is known; python: the distribution's own python3",
    sources,
    distributions: facts.compat.uniVersions.map((row) => {
      const recalled = new Set(row.recalledFields ?? []);
      return {
        id: row.distro.toLowerCase(),
        version: row.version,
        codename: row.codename,
        glibc: row.glibc,
        gccDefault: row.gccDefault,
        gccPackaged: packaged(row),
        gccListed: row.gccPackaged !== null,
        python: row.python3,
        endOfSupport: row.endOfStandardSupport.replace(/ .*$/, ''),
        source: at(row.source),
        confidence: confidenceOf(row),
        recalled: ['gccDefault', 'gccPackaged', 'python'].filter((field) =>
          recalled.has(field === 'python' ? 'python3' : field),
        ),
      };
    }),
  };
}

/** "11 to 15" spelled out; where the list was not seen, the default alone. */
function packaged({ gccPackaged, gccDefault }) {
  if (gccPackaged === null) return [gccDefault.split('.')[0]];
  return gccPackaged.flatMap((text) => {
    const [, from, to] = /^(\d+) to (\d+)$/.exec(text) ?? [];
    if (from === undefined) return [text];
    return Array.from({ length: to - from + 1 }, (_, at) => String(Number(from) + at));
  });
}
