// cuDNN releases and the CUDA releases that each is built for.
import { compareVersions, confidenceOf, sourceList } from '../facts.mjs';
import { cudaRange } from './frameworks/build.mjs';
import { releasesOf } from './releases.mjs';

export function cudnn(facts) {
  const { sources, at } = sourceList();
  const releases = releasesOf(facts);
  const rows = new Map();
  const add = (row) => {
    const key = `${row.cudnn} ${row.cudaFrom}`;
    const known = rows.get(key);
    if (known === undefined || better(row, known)) rows.set(key, row);
  };
  const packages = packaged(facts);
  for (const row of [...facts.compat.cudnn, ...facts.cudnn.rows]) {
    const { cuda: cudaFrom, cudaTo } = cudaRange(row.worksWithCuda ?? row.builtForCuda, releases);
    const seenAs = packages.find(
      ({ version, cuda }) => isOf(version, row.cudnn) && covers(cuda, cudaFrom, cudaTo),
    );
    add({
      // NVIDIA names four numbers; some sources only three.
      cudnn: seenAs?.version ?? row.cudnn,
      cudaFrom,
      cudaTo,
      minComputeCapability: row.minComputeCapability,
      minDriver: row.minDriverLinux,
      source: at(row.source, seenAs?.evidence),
      confidence: seenAs ? 'seen' : confidenceOf(row),
      recalled: [
        ...(row.recalledFields ?? []).filter((field) => field === 'minComputeCapability'),
        ...(row.minInherited ? ['minComputeCapability', 'minDriver'] : []),
      ],
    });
  }
  const all = [...rows.values()];
  for (const { version, cuda, evidence } of packages) {
    if (all.some((row) => isOf(row.cudnn, version) && covers(cuda, row.cudaFrom, row.cudaTo))) continue;
    const { cuda: cudaFrom, cudaTo } = cudaRange(rangeOfBuild(version, cuda), releases);
    all.push({
      cudnn: version,
      cudaFrom,
      cudaTo,
      minComputeCapability: null,
      minDriver: null,
      source: at(evidence),
      confidence: 'seen',
      recalled: [],
    });
  }
  // The same release by three numbers and by four is one.
  const whole = all.filter(
    (row) => !all.some((other) => other.cudnn.startsWith(`${row.cudnn}.`) && other.cudaFrom === row.cudaFrom),
  );
  return {
    about:
      'cudaFrom and cudaTo: the CUDA releases that a build is for; recalled names the fields that are remembered or taken over from a neighbour. Newest first',
    columns: COLUMNS,
    sources,
    rows: whole
      .sort((a, b) => compareVersions(b.cudnn, a.cudnn) || compareVersions(b.cudaFrom, a.cudaFrom))
      .map((row) => COLUMNS.map((column) => row[column])),
  };
}

const COLUMNS = [
  'cudnn',
  'cudaFrom',
  'cudaTo',
  'minComputeCapability',
  'minDriver',
  'source',
  'confidence',
  'recalled',
];

/** libcudnn7 7.6.5.32-1+cuda10.0, libcudnn9-cuda-12 9.8.0.87-1 */
const packaged = (facts) =>
  facts['nvidia-repos'].cudnn
    .filter(
      ({ name, confidence, version }) =>
        /^libcudnn\d(?:-cuda-\d+)?$/.test(name) && confidence === 'seen' && /^\d+(?:\.\d+){3}/.test(version),
    )
    .map(({ version, cuda, evidence }) => ({
      version: /^[\d.]+/.exec(version)[0].replace(/^(\d+\.\d+\.\d+\.\d+).*/, '$1'),
      cuda,
      evidence,
    }));

/** From cuDNN 8 on a build for CUDA 11 serves all of 11, from 9 on every build its whole major. */
function rangeOfBuild(version, cuda) {
  const major = Number(version.split('.')[0]);
  if (major >= 9 || (major === 8 && Number(cuda.split('.')[0]) >= 11)) return `${cuda.split('.')[0]}.x`;
  return cuda;
}

const isOf = (version, prefix) =>
  version === prefix || version.startsWith(`${prefix}.`) || prefix.startsWith(`${version}.`);

function covers(cuda, from, to) {
  if (!cuda.includes('.')) return cuda === from.split('.')[0];
  return compareVersions(cuda, from) >= 0 && compareVersions(cuda, to) <= 0;
}

const RANK = { seen: 2, inferred: 1, recalled: 0 };
const better = (row, known) =>
  RANK[row.confidence] > RANK[known.confidence] ||
  (RANK[row.confidence] === RANK[known.confidence] && row.recalled.length < known.recalled.length);
