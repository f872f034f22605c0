// Host compilers that the headers of each toolkit accept.
import { compareVersions, confidenceOf, minorOf, sourceList } from '../facts.mjs';

const MAJORS = {
  gccMin: 'gccMinMajor',
  gccMax: 'gccMaxMajor',
  gccSafe: 'gccSafeMajor',
  clangMin: 'clangMinMajor',
  clangMax: 'clangMaxMajor',
};

export function hostCompilers(facts) {
  const { sources, at } = sourceList();
  const later = facts['host-compilers'].rows;
  const toolkits = facts.compat.hostCompiler
    .filter(({ kind }) => kind === 'range')
    .sort((a, b) => compareVersions(a.toolkit, b.toolkit))
    .map((row) => {
      const cuda = row.toolkit;
      const majors = Object.fromEntries(Object.entries(MAJORS).map(([name, field]) => [name, row[field]]));
      const whole = later.find(({ toolkit }) => toolkit === cuda);
      const patch = later.find(({ toolkit }) => toolkit !== cuda && minorOf(toolkit) === cuda);
      const older = [];
      // A patch that accepts more than those before it: what the release is asked for is its newest patch.
      if (patch?.clangMaxMajor > majors.clangMax) {
        older.push({ before: patch.toolkit, clangMax: majors.clangMax });
        majors.clangMax = patch.clangMaxMajor;
      }
      const gcc = /^(\d+) \(([\d.]+)\), (\d+) \(([\d.]+)\+\)$/.exec(row.gccMax);
      if (gcc !== null) older.push({ before: gcc[4], gccMax: Number(gcc[1]) });
      const disputed = whole?.clangMaxMajor > majors.clangMax && /\bopen\b/.test(whole.note ?? '');
      if (disputed) majors.clangMax = whole.clangMaxMajor;
      return {
        cuda,
        ...majors,
        ...(older.length > 0 ? { older } : {}),
        source: at(row.source, whole?.source, patch?.source),
        confidence: confidenceOf(row),
        recalled: [
          ...(row.recalledFields ?? []).filter((field) => field in MAJORS),
          ...(disputed ? ['clangMax'] : []),
        ],
      };
    });
  return {
    about:
      'Majors that the headers accept, inclusive; gccSafe: the newest without reports of code that breaks although they accept it. older: what patches before the named one accept instead',
    sources,
    toolkits,
  };
}
