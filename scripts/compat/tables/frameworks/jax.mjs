// JAX with its CUDA extras.
import { capabilityOf, compareVersions, confidenceOf, sourceList } from '../../facts.mjs';
import { cudaRange, frameworkTable, pythonSpecifier } from './build.mjs';

const FEED = 'https://storage.googleapis.com/jax-releases/jax_cuda_releases.html';
/** From here on PyPI has the CUDA plugin, and the feed is needed no longer. */
const ON_PYPI_FROM = '0.4.30';
/** What the changelog says of the CUDA 12 wheels before the extra had requirements of its own. */
const CUDA_12 = [
  { from: '0.4.24', cuda: '12.3', cudnn: '8.9' },
  { from: '0.4.17', cuda: '12.2', cudnn: '8.9' },
  { from: '0', cuda: '12.0', cudnn: null },
];

export function jax(facts, releases) {
  const { sources, at } = sourceList();
  const builds = facts.jax.rows.flatMap((row) => {
    const shared = {
      version: row.jax,
      package: 'jax',
      python: pythonSpecifier(row.pythonClassifiers),
      bundlesCuda: true,
      bundlesCudnn: true,
      released: row.date ?? null,
      source: at(row.source),
      confidence: confidenceOf(row),
      ...(compareVersions(row.jax, ON_PYPI_FROM) >= 0 ? {} : { index: FEED, indexFlag: '-f', onPyPI: false }),
    };
    if (row.extra === 'cuda11/cuda12') return older(row, shared);
    return [
      {
        ...shared,
        build: row.extra,
        ...cudaRange(row.cudaNeeded, releases),
        cudnn: leastOf(row.cudnnNeeded),
        ...codeOf(row.compiledFor),
        minComputeCapability: row.minComputeCapability,
        minDriver: row.minDriverLinux,
        requirement: `jax[${row.extra}]==${row.jax}`,
        recalled: [],
      },
    ];
  });
  return frameworkTable(sources, builds);
}

function older(row, shared) {
  const twelve = CUDA_12.find(({ from }) => compareVersions(row.jax, from) >= 0);
  const drivers = /^(\S+) \(CUDA 11\), (\S+) \(CUDA 12\)$/.exec(row.minDriverLinux);
  const extra = (major) => ({ build: `cuda${major}`, requirement: `jax[cuda${major}_pip]==${row.jax}` });
  return [
    {
      ...shared,
      ...extra(12),
      cuda: twelve.cuda,
      cudnn: twelve.cudnn,
      minDriver: drivers[2],
      recalled: ['cuda'],
    },
    { ...shared, ...extra(11), cuda: '11.8', minDriver: drivers[1], recalled: ['cuda'] },
  ];
}

/** compute_90 is machine code and PTX of 9.0, sm_80 machine code alone. */
function codeOf(targets) {
  const of = (pattern) => targets.flatMap((one) => pattern.exec(one)?.[1] ?? []).map(capabilityOf);
  return { machine: of(/^(?:sm|compute)_(.*)$/), ptx: of(/^compute_(.*)$/) };
}

/** "8.9" of ">=8.9, <9.0" */
const leastOf = (specifier) => />=([\d.]+)/.exec(specifier)?.[1] ?? null;
