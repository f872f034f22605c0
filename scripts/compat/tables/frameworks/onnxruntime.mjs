// onnxruntime-gpu: it needs a CUDA and a cuDNN beside it.
import { additions, compareVersions, confidenceOf, sourceList } from '../../facts.mjs';
import { cudaRange, frameworkTable, linesOf, pythonSpecifier } from './build.mjs';

export function onnxruntime(facts, releases) {
  const { sources, at } = sourceList();
  const feeds = additions('onnxruntime-feeds').rows;
  const builds = facts.onnxruntime.rows.flatMap((row) =>
    linesOf(row.onnxruntime).map((version) => {
      const major = row.cuda.split('.')[0];
      const feed = row.onPyPI
        ? undefined
        : feeds.find(
            ({ from, to, cudaMajor }) =>
              cudaMajor === major && compareVersions(version, from) >= 0 && compareVersions(version, to) <= 0,
          );
      const confidence = confidenceOf(row);
      return {
        version,
        package: 'onnxruntime-gpu',
        build: `cu${major}`,
        ...cudaRange(row.cuda, releases),
        cudnn: row.cudnn.replace(/\.x$/, ''),
        python: pythonSpecifier(row.python),
        index: feed?.index ?? null,
        indexFlag: feed ? '--extra-index-url' : null,
        requirement: `onnxruntime-gpu==${version.split('.').length < 3 ? `${version}.*` : version}`,
        source: at(row.source, feed?.source),
        confidence,
        recalled: confidence === 'seen' ? [] : ['cuda', 'cudnn'],
        onPyPI: row.onPyPI,
      };
    }),
  );
  return frameworkTable(sources, builds);
}
