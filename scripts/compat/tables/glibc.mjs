// C libraries that CUDA releases do not get along with.
import { confidenceOf, sourceList } from '../facts.mjs';

// What the facts say in words: from which glibc on, or below which one, of which releases the headers or the libraries fail.
const LIMITS = {
  'glibc-2.41-cospi': { from: '2.41', below: null, cudaFrom: null, cudaTo: '12.9', fails: 'headers' },
  'glibc-2.42-rsqrt': { from: '2.42', below: null, cudaFrom: null, cudaTo: '13.0', fails: 'headers' },
  'libcusolver-glibc-2.27': { from: null, below: '2.27', cudaFrom: '12.8', cudaTo: null, fails: 'libraries' },
};

export function glibc(facts) {
  const { sources, at } = sourceList();
  const rows = facts.compat.hostCompiler.filter(({ id }) => id in LIMITS);
  return {
    about:
      'C libraries on which CUDA releases fail: from one version on or below one, inclusive and exclusive; headers: what is compiled with them, libraries: what runs with them',
    sources,
    limits: rows.map((row) => ({
      ...LIMITS[row.id],
      why: row.symptom,
      source: at(row.source),
      confidence: confidenceOf(row),
    })),
  };
}
