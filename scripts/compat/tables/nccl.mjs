// NCCL builds that were seen in NVIDIA's repositories, and the CUDA release that each was built for.
import { additions, compareVersions, sourceList } from '../facts.mjs';

export function nccl(facts) {
  const { sources, at } = sourceList();
  const rows = new Map();
  for (const { name, version, evidence, confidence } of facts['nvidia-repos'].packages) {
    // libnccl2 2.15.5-1+cuda11.8
    const parts = /^(\d+(?:\.\d+)+)-\d+\+cuda(\d+\.\d+)$/.exec(version ?? '');
    if (name !== 'libnccl2' || parts === null || confidence !== 'seen') continue;
    const [, number, cuda] = parts;
    rows.set(`${number} ${cuda}`, [number, cuda, at(evidence), confidence]);
  }
  const more = additions('nccl');
  for (const [number, cuda] of more.rows)
    rows.set(`${number} ${cuda}`, [number, cuda, at(more.source), 'seen']);
  return {
    about:
      'Builds of libnccl2 by the CUDA release in their version. Those that were seen, by far not all that there are. Newest first',
    columns: ['nccl', 'cuda', 'source', 'confidence'],
    sources,
    rows: [...rows.values()].sort((a, b) => compareVersions(b[0], a[0]) || compareVersions(b[1], a[1])),
  };
}
