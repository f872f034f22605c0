// The CUDA releases, oldest first: "8.0" ... "13.4".
import { compareVersions } from '../facts.mjs';

export const releasesOf = (facts) =>
  [...new Set(facts.compat.cudaDriver.map(({ toolkit }) => toolkit))].sort(compareVersions);
