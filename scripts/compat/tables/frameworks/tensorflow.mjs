// TensorFlow's pip packages: its own table of tested builds.
import { additions, compareVersions, confidenceOf, minorOf, sourceList } from '../../facts.mjs';
import { frameworkTable, pythonOfSpans } from './build.mjs';

/** From here on `tensorflow[and-cuda]` brings NVIDIA's wheels. */
const BRINGS_CUDA_FROM = '2.14';
/** From here on the wheels are built with AVX. */
const AVX_FROM = '1.6';

export function tensorflow(facts) {
  const { sources, at } = sourceList();
  const { rows: architectures, libraries } = additions('tensorflow-architectures');
  const pins = facts.compat.frameworks.filter(({ framework }) => framework === 'tensorflow-pin');
  const builds = facts.compat.frameworks
    .filter(({ framework }) => framework === 'tensorflow')
    .map((row) => {
      const line = minorOf(row.version);
      const code = architectures.find(({ from, to }) => within(line, from, to));
      const library = libraries.find(({ version }) => version === row.version);
      const bringsCuda = compareVersions(line, BRINGS_CUDA_FROM) >= 0;
      const pinned = pinsOf(line, pins);
      return {
        version: row.version,
        package: row.package,
        cuda: row.cuda,
        cudnn: library?.cudnn ?? row.cudnn,
        python: pythonOfSpans(row.python),
        machine: code.machine,
        ptx: code.ptx,
        minComputeCapability: code.minComputeCapability,
        minDriver: row.minDriverLinux,
        bundlesCuda: bringsCuda,
        bundlesCudnn: bringsCuda,
        requirement: `${row.package}${bringsCuda ? '[and-cuda]' : ''}==${row.version}`,
        needsAvx: compareVersions(line, AVX_FROM) >= 0,
        pins: pinned.flatMap(({ requirement }) => requirement),
        source: at(row.source, code.source, library?.source, ...pinned.map(({ source }) => source)),
        confidence: confidenceOf(row),
        recalled: [
          ...(code.confidence === 'seen' ? [] : ['machine', 'ptx', 'minComputeCapability']),
          ...(row.recalledFields ?? []).filter((field) => field === 'minDriverLinux').map(() => 'minDriver'),
          ...(pinned.some(({ confidence }) => confidence !== 'seen') ? ['pins'] : []),
        ],
      };
    });
  return frameworkTable(sources, builds);
}

const within = (line, from, to) => compareVersions(line, from) >= 0 && compareVersions(line, to) <= 0;

/** How the facts write which releases a pin is for. */
const SPANS = {
  '1.4-1.14': ['1.4', '1.14'],
  1.9: ['1.9', '1.9'],
  '1.4-2.9': ['1.4', '2.9'],
  '1.x (1.12 and newer) and 2.0': ['1.12', '2.0'],
  '1.x and 2.0-2.4': ['1.0', '2.4'],
  '2.0-2.4': ['2.0', '2.4'],
  '<=2.17': ['0', '2.17'],
};

/** Of several pins of one package the one for the fewest releases counts; what pip resolves by itself is no pin. */
function pinsOf(line, rows) {
  const byPackage = new Map();
  for (const row of rows) {
    const span = SPANS[row.version];
    if (span === undefined) throw new Error(`unknown releases "${row.version}" of a TensorFlow pin`);
    const requirement = requirementOf(row);
    if (requirement === null || !within(line, ...span)) continue;
    const known = byPackage.get(row.package);
    if (known === undefined || narrower(span, known.span))
      byPackage.set(row.package, { ...row, requirement, span });
  }
  return [...byPackage.values()];
}

const narrower = ([from, to], [otherFrom, otherTo]) =>
  compareVersions(from, otherFrom) >= 0 && compareVersions(to, otherTo) <= 0;

const PINNED = new Set(['numpy', 'protobuf', 'gast', 'h5py']);

/** "numpy>=1.13.3,<1.17" of ">=1.13.3,<1.17 (1.16.4 is a good choice ...)" */
function requirementOf({ package: name, pin }) {
  if (!PINNED.has(name)) return null;
  const [clauses] = /^(?:(?:[<>]=?|==)\d+(?:\.\d+)*(?:\.x)?,?)+/.exec(pin) ?? [];
  if (clauses === undefined) throw new Error(`a pin of ${name} that is no specifier: "${pin}"`);
  return name + clauses.replace(/<=(\d+)\.(\d+)\.x/, (_, major, minor) => `<${major}.${Number(minor) + 1}`);
}
