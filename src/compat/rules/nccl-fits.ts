/**
 * An NCCL is built for a CUDA release; from CUDA 11 on it serves the others of its major too (minor version compatibility).
 * The table has what was seen, so that a build is not in it refuses nothing.
 */
import { majorMinor, majorOf } from '../dotted-version.ts';
import { NCCL_BUILDS, type NcclRow } from '../nccl.ts';
import { meansVersion } from '../version-range.ts';
import type { Judgement, KnownFact } from './judgement.ts';
import { judged, known } from './judged.ts';

const RULE = 'nccl-built-for-cuda';
/** How many releases a sentence lists. */
const LISTED = 4;

/**
 * @param nccl the beginning of a version or a range ("2", "2.15", ">=2.10"); null: any
 * @param cuda "11.8" or "11.8.89"
 */
export function ncclFits(nccl: string | null, cuda: string): Judgement {
  const release = majorMinor(cuda) ?? cuda;
  const meant = NCCL_BUILDS.filter((row) => nccl === null || meansVersion(row.nccl, nccl));
  const title = nccl === null ? 'NCCL' : `NCCL ${nccl}`;
  const own = meant.find((row) => row.cuda === release);
  if (own !== undefined)
    return judged(RULE, 'yes', `NCCL ${own.nccl} is built for CUDA ${release}`, built(own));
  const major = majorOf(release) ?? 0;
  const related = major >= 11 ? meant.find((row) => majorOf(row.cuda) === major) : undefined;
  if (related !== undefined)
    return judged(
      RULE,
      'yes',
      `NCCL ${related.nccl}, built for CUDA ${related.cuda}, serves ${release}`,
      built(related),
    );
  if (meant.length === 0) return judged(RULE, 'unknown', `${title} is in no table`);
  const releases = [...new Set(meant.map((row) => row.cuda))].slice(0, LISTED).join(', ');
  return judged(
    RULE,
    'remark',
    `${title} was seen built for CUDA ${releases}, not for ${release}`,
    ...meant.slice(0, LISTED).map(built),
  );
}

const built = (row: NcclRow): KnownFact => known(row, `NCCL ${row.nccl} is built for CUDA ${row.cuda}`);
