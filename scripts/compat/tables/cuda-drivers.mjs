// Toolkit releases: the driver that each asks for, its newest patch.
import { compareVersions, confidenceOf, minorOf, newestOf, sourceList } from '../facts.mjs';

export function cudaDrivers(facts) {
  const { sources, at } = sourceList();
  const patches = facts.compat.cudaDriver;
  const later = facts['cuda-releases'].rows;
  const toolkits = [...new Set(patches.map(({ toolkit }) => toolkit))].sort(compareVersions);
  return {
    about:
      'Per toolkit: minDriver is the driver from which on it works whole (of its first release that was no preview), minorCompatFrom the one from which on minor version compatibility carries its programs',
    sources,
    toolkits: toolkits.map((cuda) => {
      const rows = patches.filter(({ toolkit, update }) => toolkit === cuda && !isPreview(update));
      const additional = later.filter(({ version }) => minorOf(version) === cuda);
      const first = rows[0];
      const named = additional.find(({ driver }) => driver !== undefined);
      return {
        cuda,
        minDriver: first.minDriverLinux ?? named.driver,
        minorCompatFrom: first.minDriverMinorCompat,
        newestPatch: newestOf([...rows, ...additional].map(({ version }) => version)),
        source: at(first.source, named?.source),
        confidence: confidenceOf(first),
      };
    }),
  };
}

const isPreview = (update) => update === 'RC' || update === 'Developer Preview';
