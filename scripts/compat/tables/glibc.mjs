// C libraries that the toolkits get along with.
import { additions, confidenceOf, sourceList } from '../facts.mjs';

export function glibc(facts) {
  const { sources, at } = sourceList();
  const rows = facts.compat.hostCompiler
    .filter(({ kind, affects }) => kind === 'breakage' && /\bglibc (?:>=|<) /.test(affects))
    .map((row) => ({
      ...limitOf(row.affects),
      symptom: row.symptom,
      source: at(row.source),
      confidence: confidenceOf(row),
    }));
  const more = additions('glibc').rows.map((row) => ({ ...row, source: at(row.source) }));
  return {
    about:
      'newerThan: with a glibc from this one on the headers of these toolkits do not compile; olderThan: their libraries do not load below this one. cudaFrom and cudaTo: the first and last toolkit that it is true of, null: no bound',
    sources,
    rows: [...rows, ...more],
  };
}

/** "glibc >= 2.41 (...) with CUDA 12.9 and older", "glibc >= 2.26 with CUDA 8.0", "CUDA >= 12.8 on glibc < 2.27 (...)" */
function limitOf(text) {
  const compile = /^glibc >= ([\d.]+).* with CUDA ([\d.]+)( and older)?/.exec(text);
  if (compile !== null) {
    const [, least, cuda, older] = compile;
    return { cudaFrom: older ? null : cuda, cudaTo: cuda, newerThan: least, olderThan: null };
  }
  const run = /^CUDA >= ([\d.]+) on glibc < ([\d.]+)/.exec(text);
  if (run === null) throw new Error(`what of glibc breaks cannot be read: "${text}"`);
  return { cudaFrom: run[1], cudaTo: null, newerThan: null, olderThan: run[2] };
}
