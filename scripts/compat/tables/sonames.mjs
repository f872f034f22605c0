// Which toolkits ship a shared library, and which packages of NVIDIA's and of PyPI carry it.
import { additions, compareVersions, sourceList } from '../facts.mjs';
import { releasesOf } from './releases.mjs';

export function sonames(facts) {
  const { sources, at } = sourceList();
  const releases = releasesOf(facts);
  const rows = facts.soname.rows.map((row) => ({
    soname: row.soname,
    ...span(row, releases),
    debPackages: row.cudaFrom === null ? plainPackages(row.debPackage) : debPackages(row, releases),
    pipPackages: pipPackages(row.pipPackage),
    source: at(row.source),
    confidence: row.note === 'inferred' || /x/.test(`${row.cudaFrom}`) ? 'inferred' : 'seen',
  }));
  for (const part of additions('soname-parts').rows) {
    for (const row of rows.filter(({ soname }) => matches(soname, part.of))) {
      const names = part.names.map((name) =>
        name.includes('.so.') ? name : row.soname.replace(/^[^.]+/, name),
      );
      row.parts = [...(row.parts ?? []), ...names];
      row.source = at(sources[row.source], part.source);
    }
  }
  return {
    about:
      'cudaFrom and cudaTo: the CUDA releases whose toolkit ships it (cudaTo null: the newest still does; both null: it comes with none). debPackages: names in NVIDIA\'s repositories by the release from which on they are so called, {release} being "11-8" and {major} "11"; pipPackages: by CUDA major. parts: further libraries of the same package',
    sources,
    rows,
  };
}

/** "13.x": no end is known; "10.x" and "11.x" elsewhere: the first or last of that major. */
function span({ cudaFrom, cudaTo }, releases) {
  if (cudaFrom === null) return { cudaFrom: null, cudaTo: null };
  const ofMajor = (text) => releases.filter((one) => one.split('.')[0] === text.split('.')[0]);
  const from = cudaFrom.endsWith('.x') ? ofMajor(cudaFrom)[0] : cudaFrom;
  const to = cudaTo.endsWith('.x') ? ofMajor(cudaTo).at(-1) : cudaTo;
  return { cudaFrom: from, cudaTo: to === releases.at(-1) ? null : to };
}

/**
 * "cuda-cufft-10-1 .. libcufft-11-8", "cuda-cusparse-10-1, -10-2", "libcusparse-12-x, -13-x", "cuda-nvcc-12-x; cuda-nvvm-13-x",
 * "libcublas10", "libcufile-1x-x", "cuda-nvcc / nvvm"
 */
function debPackages({ debPackage, cudaFrom, cudaTo }, releases) {
  const { cudaFrom: first } = span({ cudaFrom, cudaTo }, releases);
  const found = [];
  for (const part of debPackage.split(/ \.\. |[,;] | \/ /)) {
    const [, stem, major] = /^(\w[\w-]*?)-(1x|\d+)-(?:\d+|x)$/.exec(part) ?? [];
    const name = stem === undefined && !part.startsWith('cuda-') ? part : `${stem ?? part}-{release}`;
    if (!/^(?:cuda|lib)/.test(name) || found.some((one) => one.name === name)) continue;
    found.push({ from: found.length === 0 ? first : firstWith(found.at(-1).name, major, releases), name });
  }
  return found;
}

/** From which release on a library is called as in the second of two names: those of cuda-cufft changed with CUDA 11. */
function firstWith(before, major, releases) {
  const changed = /^cuda-cu/.test(before) ? '11' : major;
  return releases.find((one) => one.split('.')[0] === changed);
}

/** "libcudnn9-cuda-11, -12, -13", "libnccl2"; of packages that every distribution calls otherwise, none. */
function plainPackages(text) {
  if (text === null || /\(|NNN/.test(text)) return [];
  return [{ from: null, name: text.replace(/-\d+(?:, -\d+)+$/, '-{major}') }];
}

/** "nvidia-cusolver-cu11, -cu12; nvidia-cusolver (13)" by CUDA major. */
function pipPackages(text) {
  if (text === null) return {};
  const found = {};
  let stem = null;
  for (const part of text.split(/[,;] /)) {
    const whole = /^(?:(.*?))-cu(\d+)(?: .*)?$/.exec(part);
    const bare = /^(\S+) \((\d+)\)$/.exec(part);
    if (whole !== null) {
      stem = whole[1] === '' ? stem : whole[1];
      found[whole[2]] = `${stem}-cu${whole[2]}`;
    } else if (bare !== null) found[bare[2]] = bare[1];
    else throw new Error(`a pip package that cannot be read: "${text}"`);
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => compareVersions(a, b)));
}

const matches = (soname, pattern) =>
  pattern.endsWith('*') ? soname.startsWith(pattern.slice(0, -1)) : soname === pattern;
