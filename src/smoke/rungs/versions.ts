/** Judges what versions.cu printed: libraries as linked against the headers beside them and the prefix's own record. */
import type { PrefixInfo } from '../../machine/records/prefix-manifest.ts';
import { failed, passed, type Figures, type RungOutcome } from '../ladder.ts';

/** cudaErrorInsufficientDriver: no driver. The linked library is there all the same. */
const NO_DRIVER = 35;

interface Version {
  status: number;
  /** "11.11.3", or NVIDIA's number: 11080, 8600. */
  linked: string | number;
  header?: number;
  headerMajor?: number;
}

/** @param prefix whose versions were asked for */
export function judgeVersions(figures: Figures, prefix: Pick<PrefixInfo, 'cuda'>): RungOutcome {
  const { cudart, driver, ...libraries } = figures as Readonly<Record<string, Version>>;
  if (cudart === undefined || driver === undefined) return failed('cudart did not say its version', figures);
  // 11080 is 11.8
  const header = `${Math.trunc(cudart.header! / 1000)}.${Math.trunc((cudart.header! % 1000) / 10)}`;
  if (!`${prefix.cuda}.`.startsWith(`${header}.`)) {
    return failed(`the headers are of CUDA ${header}, and the prefix is of ${prefix.cuda}`, figures);
  }
  if (cudart.status !== 0 && cudart.status !== NO_DRIVER) {
    return failed(`cudaRuntimeGetVersion returned ${cudart.status}`, figures);
  }
  if (cudart.status === 0 && cudart.linked !== cudart.header) {
    return failed(`cudart as linked is ${cudart.linked}, its header ${cudart.header}`, figures);
  }
  for (const [name, version] of Object.entries(libraries)) {
    if (version.status !== 0) return failed(`${name} returned ${version.status} for its version`, figures);
    const major = Number(String(version.linked).split('.', 1)[0]);
    if (version.headerMajor !== undefined && version.headerMajor !== major) {
      return failed(`${name} as linked is ${version.linked}, its header of ${version.headerMajor}`, figures);
    }
    if (version.header !== undefined && version.header !== version.linked) {
      return failed(`${name} as linked is ${version.linked}, its header ${version.header}`, figures);
    }
  }
  return passed(figures);
}
