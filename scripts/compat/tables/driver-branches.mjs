// Branches of NVIDIA's driver.
import { compareVersions, confidenceOf, newestOf, sourceList } from '../facts.mjs';

export function driverBranches(facts) {
  const { sources, at } = sourceList();
  const published = new Map(facts.drivers.rows.map((row) => [row.branch, row]));
  const branches = [...facts.compat.driverBranches]
    .sort((a, b) => compareVersions(a.branch, b.branch))
    .map((row) => {
      const more = published.get(row.branch);
      const all = ['maxCudaApi', 'kind', 'endOfLife', 'lastKnownRelease'].filter(
        (field) => row[field] !== null,
      );
      const recalled = new Set(row.recalledFields ?? (confidenceOf(row) === 'recalled' ? all : []));
      const endOfLife = endOf(row, more, recalled);
      const releases = [row.lastKnownRelease, more?.latestDataCenterRelease].filter(Boolean);
      if (more?.latestDataCenterRelease === newestOf(releases)) recalled.delete('lastKnownRelease');
      if (more?.cuda !== undefined) recalled.delete('maxCudaApi');
      return {
        branch: row.branch,
        maxCuda: more?.cuda ?? row.maxCudaApi,
        kind: row.kind.replace(/ \(Linux developer .*\)/, ''),
        endOfLife,
        lastRelease: newestOf(releases) ?? null,
        source: at(row.source, more?.source),
        confidence: confidenceOf(row),
        recalled: ['maxCuda', 'kind', 'endOfLife', 'lastRelease'].filter((field) =>
          recalled.has({ maxCuda: 'maxCudaApi', lastRelease: 'lastKnownRelease' }[field] ?? field),
        ),
      };
    });
  return {
    about:
      'Per branch: the newest CUDA that its libcuda speaks, its end of life (a day, a month or a year), its newest release; `recalled` names the fields that are remembered, not read',
    sources,
    branches,
  };
}

/** What NVIDIA's own pages say, where they were read; where they were not, or say less of the same date, the published list of ends. */
function endOf(row, more, recalled) {
  const listed = more?.endOfLife;
  if (listed === undefined) return row.endOfLife;
  if (row.endOfLife !== null && !recalled.has('endOfLife') && !listed.startsWith(row.endOfLife))
    return row.endOfLife;
  recalled.delete('endOfLife');
  return listed;
}
