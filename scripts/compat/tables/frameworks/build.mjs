// One build of a framework, as src/compat/frameworks.ts reads it; what has its usual value stands in the file once, as `usual`.
import { compareVersions } from '../../facts.mjs';

const USUAL = {
  build: null,
  cudnn: null,
  python: null,
  machine: null,
  machineAarch64: null,
  ptx: null,
  minComputeCapability: null,
  minDriver: null,
  minGlibc: null,
  bundlesCuda: false,
  bundlesCudnn: false,
  index: null,
  indexFlag: null,
  onPyPI: true,
  needsAvx: false,
  pins: [],
  released: null,
  recalled: [],
};

/** Without the fields that have their usual value; `cudaTo` where it differs from `cuda`. */
function compact(build) {
  const usual = { ...USUAL, cudaTo: build.cuda };
  return Object.fromEntries(
    Object.entries(build).filter(
      ([field, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(usual[field]),
    ),
  );
}

/** Newest release first, of one release the newest CUDA first. */
export function frameworkTable(sources, builds) {
  const inOrder = [...builds].sort(
    (a, b) => compareVersions(b.version, a.version) || compareVersions(b.cuda ?? '0', a.cuda ?? '0'),
  );
  return { usual: USUAL, sources, builds: inOrder.map(compact) };
}

/** ">=3.9,<3.13" of a list of minors: a PEP 440 specifier. */
export function pythonSpecifier(minors) {
  if (minors == null || minors.length === 0) return null;
  const sorted = [...minors].sort(compareVersions);
  return `>=${sorted[0]},<${after(sorted.at(-1))}`;
}

/** ">=2.7,!=3.0.*,...,<3.7" of "2.7, 3.3-3.6": what lies between two spans is left out. */
export function pythonOfSpans(text) {
  const spans = text.split(', ').map((span) => {
    const [from, to = from] = span.split('-');
    return { from, to };
  });
  const gaps = spans
    .slice(1)
    .flatMap(({ from }, at) => between(after(spans[at].to), from).map((minor) => `!=${minor}.*`));
  return [`>=${spans[0].from}`, ...gaps, `<${after(spans.at(-1).to)}`].join(',');
}

/** 2.7 is the last 2.x. */
const after = (minor) => (minor === '2.7' ? '3.0' : next(minor));

function next(minor) {
  const [major, last] = minor.split('.').map(Number);
  return `${major}.${last + 1}`;
}

function between(from, to) {
  return compareVersions(from, to) >= 0 ? [] : [from, ...between(next(from), to)];
}

/** "1.24", "1.25", "1.26" of "1.24-1.26" or "about 1.24-1.26"; "1.18.1" alone. */
export function linesOf(span) {
  const [from, to = from] = span.replace(/^about /, '').split('-');
  return from === to ? [from] : [...between(from, to), to];
}

/** The releases that "12.x", "11.8", "11.0.3", ">=12.1" or "11.8-12.6" stand for. */
export function cudaRange(text, releases) {
  const ofMajor = (major) => releases.filter((one) => one.split('.')[0] === major);
  const line = /^(\d+)\.x$/.exec(text);
  if (line) return { cuda: ofMajor(line[1])[0], cudaTo: ofMajor(line[1]).at(-1) };
  const least = /^>=(\d+)(\.\d+)$/.exec(text);
  if (least) return { cuda: `${least[1]}${least[2]}`, cudaTo: ofMajor(least[1]).at(-1) };
  const [from, to = from] = text.split('-').map((one) => one.split('.').slice(0, 2).join('.'));
  return { cuda: from, cudaTo: to };
}
