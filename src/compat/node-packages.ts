/** Which CUDA and cuDNN the pre-built binaries of Node's packages load. Data: data/node-packages.json. */
import table from './data/node-packages.json' with { type: 'json' };
import { meantByBoth } from './version-range.ts';

export interface NodePackage {
  package: string;
  /** Versions of the package, as a range. */
  versions: string;
  /** A version, or the beginning of one. */
  cuda: string;
  /** A version or a range; null: no source says. */
  cudnn: string | null;
  source: string;
}

const PACKAGES: readonly NodePackage[] = table.packages;

export const isNodePackage = (name: string): boolean => PACKAGES.some((row) => row.package === name);

/**
 * @param version a version or a range, of which npm installs the newest; null: any
 * @returns null where the table has no such package, or not that version
 */
export function nodePackage(name: string, version: string | null): NodePackage | null {
  const rows = PACKAGES.filter((row) => row.package === name);
  return rows.findLast((row) => version === null || meantByBoth(row.versions, version) !== null) ?? null;
}
