// TensorRT, bitsandbytes, flash-attn and vLLM.
import { capabilityOf, compareVersions, confidenceOf, minorOf, sourceList } from '../../facts.mjs';
import { cudaRange, frameworkTable, linesOf } from './build.mjs';

/** The releases that a README names; one build for each of their CUDA minors. */
export function tensorrt(facts) {
  const { sources, at } = sourceList();
  const dropped = facts.tensorrt.rows
    .flatMap((row) => {
      const found = /^drops compute capability (\d)\.(\d|x)$/.exec(row.note ?? '');
      return found === null ? [] : [{ from: row.tensorrt, source: row.source, least: afterDrop(found) }];
    })
    .sort((a, b) => compareVersions(b.from, a.from));
  const builds = facts.tensorrt.rows
    .filter(({ cudaNamed }) => cudaNamed !== undefined)
    .flatMap((row) => {
      const floor = dropped.find(({ from }) => compareVersions(row.tensorrt, from) >= 0);
      const packaged = compareVersions(row.tensorrt, '10.0') >= 0;
      return [...new Set(row.cudaNamed.map(minorOf))].map((cuda) => {
        const name = packaged ? `tensorrt-cu${cuda.split('.')[0]}` : 'tensorrt';
        return {
          version: row.tensorrt,
          package: name,
          build: packaged ? `cu${cuda.split('.')[0]}` : null,
          cuda,
          cudnn: packaged ? null : newest(row.cudnnNamed),
          minComputeCapability: floor?.least ?? null,
          requirement: `${name}==${row.tensorrt.split('.').length < 3 ? `${row.tensorrt}.*` : row.tensorrt}`,
          released: row.releaseDate ?? null,
          source: at(row.source, floor?.source),
          confidence: confidenceOf(row),
          recalled: ['requirement'],
        };
      });
    });
  return frameworkTable(sources, builds);
}

/** What is left after a drop: 7.0 after 6.x, 7.5 after 7.0. */
const afterDrop = ([, major, minor]) => (minor === 'x' ? `${Number(major) + 1}.0` : `${major}.5`);

const newest = (versions) => [...(versions ?? [])].sort(compareVersions).at(-1) ?? null;

/** The facts are of its newest release, whose wheel holds a library for each CUDA. */
export function bitsandbytes(facts, releases) {
  const { sources, at } = sourceList();
  const rows = facts.bitsandbytes.rows;
  const general = rows.find(({ requirement }) => requirement !== undefined);
  const [, python, torch, minGlibc, least] =
    /Python >= ([\d.]+), PyTorch >= ([\d.]+), glibc >= ([\d.]+), compute capability >= ([\d.]+)/.exec(
      general.requirement,
    );
  const builds = rows
    .filter(({ os }) => os === 'Linux x86-64')
    .map((row) => {
      const arm = rows.find(
        ({ os, cuda }) => os === 'Linux aarch64' && cuda.split('-')[0] === row.cuda.split('-')[0],
      );
      return {
        version: 'newest',
        package: 'bitsandbytes',
        ...cudaRange(row.cuda, releases),
        python: `>=${python}`,
        machine: row.sm.map(capabilityOf),
        machineAarch64: arm?.sm.map(capabilityOf) ?? null,
        minComputeCapability: least,
        minGlibc,
        requirement: 'bitsandbytes',
        pins: [`torch>=${torch}`],
        source: at(row.source, general.source),
        confidence: confidenceOf(row),
      };
    });
  return frameworkTable(sources, builds);
}

/** Built on the machine, from source: it wants a toolkit with nvcc. */
export function flashAttention(facts, releases) {
  const { sources, at } = sourceList();
  const builds = facts['flash-attention'].rows
    .filter(({ minCuda }) => minCuda !== undefined)
    .map((row) => {
      const version = row.package.replace(/^flash-attn /, '');
      return {
        version,
        package: 'flash-attn',
        cuda: row.minCuda,
        cudaTo: releases.at(-1),
        machine: row.defaultArchs?.map(capabilityOf) ?? (row.gpu === 'H100/H800' ? ['9.0'] : null),
        minComputeCapability: row.minComputeCapability ?? null,
        requirement: `flash-attn==${version}.*`,
        pins: row.minTorch === undefined ? [] : [`torch>=${row.minTorch}`],
        source: at(row.source),
        confidence: confidenceOf(row),
      };
    });
  return frameworkTable(sources, builds);
}

/** Its wheels depend on PyTorch's, which bring CUDA. */
export function vllm(facts, releases) {
  const { sources, at } = sourceList();
  const builds = facts.vllm.rows.flatMap((row) =>
    linesOf(row.vllm).map((version) => ({
      version,
      package: 'vllm',
      ...cudaRange(row.cuda, releases),
      minComputeCapability: row.minComputeCapability,
      bundlesCuda: true,
      bundlesCudnn: true,
      requirement: `vllm==${version}.*`,
      source: at(row.source),
      confidence: row.vllm.startsWith('about ') ? 'inferred' : confidenceOf(row),
      recalled: row.vllm.startsWith('about ') ? ['cuda'] : [],
    })),
  );
  return frameworkTable(sources, builds);
}
