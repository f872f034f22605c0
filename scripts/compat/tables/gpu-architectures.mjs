// What nvcc of each toolkit makes machine code for.
import { additions, capabilityOf, compareVersions, confidenceOf, sourceList } from '../facts.mjs';

export function gpuArchitectures(facts) {
  const { sources, at } = sourceList();
  const corrections = facts.arch.rows.map((row) => ({ ...row, capability: capabilityOf(row.sm) }));
  const toolkits = [...facts.compat.cudaArch]
    .sort((a, b) => compareVersions(a.toolkit, b.toolkit))
    .map((row) => {
      const cuda = row.toolkit;
      const known = row.sm.map(capabilityOf);
      const said = corrections.filter(({ firstCuda, lastCuda }) => cuda === firstCuda || cuda === lastCuda);
      const machine = new Set(known.filter((one) => /\d$/.test(one)));
      for (const { capability, firstCuda, lastCuda } of corrections) {
        const has =
          compareVersions(cuda, firstCuda) >= 0 && (!lastCuda || compareVersions(cuda, lastCuda) <= 0);
        if (has) machine.add(capability);
        else machine.delete(capability);
      }
      const sorted = [...machine].sort(compareVersions);
      const recalled = new Set(row.recalledFields ?? []);
      // An architecture that a toolkit dropped does not come back: what was added is all that can be new.
      if (said.length > 0) recalled.delete('sm');
      return {
        cuda,
        machine: sorted,
        features: known.filter((one) => /[af]$/.test(one)).sort(compareVersions),
        source: at(row.source, ...said.map(({ source }) => source)),
        confidence: said.length > 0 ? 'seen' : confidenceOf(row),
      };
    });
  const libraries = additions('library-ptx').rows.map(({ source, ...row }) => ({
    ...row,
    source: at(source),
  }));
  return {
    about:
      'Per toolkit: compute capabilities that nvcc makes machine code for, and those that it knows with features of one architecture (a) or family (f). libraries: whether cuBLAS and cuDNN of these releases carry PTX for architectures that came later',
    sources,
    toolkits,
    libraries,
  };
}
