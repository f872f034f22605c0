// Error numbers and names of the CUDA driver, its runtime and NVML.
import { additions, confidenceOf, sourceList } from '../facts.mjs';

const LIBRARIES = { cuda: 'cuda', 'cudart-before-10.1': 'cudart-before-10.1', nvml: 'nvml' };

const OLD = 'cudart-before-10.1';

const { rows: LIBRARY_ERRORS, categories } = additions('library-errors');

/** What stands in the additions wins, since it says why it differs. */
function categoryOf(library, number, given) {
  const own = categories[library] ?? {};
  return String(number) in own ? own[number] : given;
}

export function cudaErrors(facts) {
  const { sources, at } = sourceList();
  const rows = facts.compat.cudaErrors
    .filter(({ family }) => family in LIBRARIES)
    .map((row) => ({
      library: LIBRARIES[row.family],
      number: row.code,
      names: [row.driverName, row.runtimeName, row.name].filter(Boolean),
      meaning: row.usualCause,
      category: categoryOf(row.family, row.code, row.category ?? null),
      source: at(row.source),
      confidence: confidenceOf(row),
    }));
  const more = LIBRARY_ERRORS.flatMap(({ library, errors, source, confidence }) =>
    errors.map(([number, name, meaning]) => ({
      library,
      number,
      names: [name].flat(),
      meaning,
      category: categoryOf(library, number, null),
      source: at(source),
      confidence,
    })),
  );
  return {
    about:
      'cuda: driver API and runtime, which share numbers from CUDA 10.1 on; cudart-before-10.1: numbers of the older runtime where they differ',
    sources,
    // Of a name that has two numbers, today's is found first.
    errors: [...rows, ...more].sort((a, b) => Number(a.library === OLD) - Number(b.library === OLD)),
  };
}
