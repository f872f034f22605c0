// PyTorch's pip wheels for Linux: from 1.12 on by torch.json, before that by compat.json, whose lists of architectures are those of
// its conda packages.
import { additions, compareVersions, confidenceOf, minorOf, sourceList } from '../../facts.mjs';
import { frameworkTable, pythonOfSpans, pythonSpecifier } from './build.mjs';

export function torch(facts) {
  const { sources, at } = sourceList();
  const wheels = additions('torch-wheels');
  const builds = [
    ...facts.torch.rows.filter(({ python }) => python).flatMap((row) => ofLine(row, wheels, at)),
    ...older(facts, wheels, at),
  ];
  return frameworkTable(sources, builds);
}

function ofLine(row, wheels, at) {
  const versions = wheels.patches[row.torch];
  if (versions === undefined) throw new Error(`torch-wheels.json has no releases of PyTorch ${row.torch}`);
  const known = row.archLinuxX86 ?? null;
  const glibc = glibcOf(row.torch, row.wheelTag, wheels);
  return versions.map((version) =>
    build({
      version,
      tag: row.wheelTag,
      onPyPI: row.defaultOnPyPI,
      cuda: row.cuda,
      cudnn: row.cudnn ?? null,
      python: pythonSpecifier(row.python),
      machine: known,
      machineAarch64: row.archLinuxAarch64 ?? null,
      // What torch.cuda.get_arch_list() prints names PTX too: a list without it has none.
      ptx: row.ptx ? [row.ptx] : known && [],
      minGlibc: glibc.glibc,
      released: version.endsWith('.0') ? (row.releaseDate ?? null) : null,
      source: at(row.source, wheels.source, glibc.source),
      confidence: confidenceOf(row),
      recalled: row.archConfidence ? ['machine', 'ptx'] : [],
    }),
  );
}

/** The platform that a wheel is built on. */
const glibcOf = (line, tag, wheels) =>
  wheels.glibc.find(
    ({ from, tags }) => compareVersions(line, from) >= 0 && (tags === null || tags.includes(tag)),
  );

function older(facts, wheels, at) {
  const rows = facts.compat.frameworks.filter(
    ({ framework, version, wheelTag }) =>
      framework === 'pytorch' &&
      !facts.torch.rows.some(
        (row) => row.python && row.torch === minorOf(version) && row.wheelTag === wheelTag,
      ),
  );
  const versionsOf = (row) => {
    const line = wheels.patches[row.version];
    const alike = wheels.alike.filter((one) => one.as === row.version && one.tags.includes(row.wheelTag));
    return line ?? [row.version, ...alike.map(({ version }) => version)];
  };
  return rows.flatMap((row) =>
    versionsOf(row).map((version) => {
      const arch = pipArchitectures(facts, version, row);
      const recalled = (row.recalledFields ?? []).filter((field) => field === 'python');
      return build({
        version,
        tag: row.wheelTag,
        onPyPI: row.defaultOnPyPI,
        cuda: row.cuda,
        cudnn: row.cudnn ?? null,
        python: pythonOfSpans(row.python),
        machine: arch.machine,
        ptx: arch.ptx,
        source: at(row.source, arch.source, row.version === version ? null : wheels.source),
        confidence: confidenceOf(row),
        recalled: [...recalled, ...(arch.recalled ? ['machine', 'ptx'] : [])],
      });
    }),
  );
}

/** Seen for one release of a tag; its neighbours of the same tag are taken to be built alike. */
function pipArchitectures(facts, version, row) {
  const ofTag = facts.torch.rows.filter(
    ({ wheelTag, archLinuxX86 }) => wheelTag === row.wheelTag && archLinuxX86,
  );
  const own = ofTag.find(({ torch }) => torch === version);
  const found = own ?? ofTag.sort((a, b) => compareVersions(a.torch, b.torch))[0];
  if (found)
    return { machine: found.archLinuxX86, ptx: [], source: found.source, recalled: own === undefined };
  return { machine: row.archList ?? null, ptx: null, source: null, recalled: row.archList != null };
}

function build({ version, tag, onPyPI, ...rest }) {
  const release = `torch==${version}`;
  const where = onPyPI
    ? { requirement: release }
    : compareVersions(version, '2.0') >= 0
      ? { requirement: release, index: `https://download.pytorch.org/whl/${tag}`, indexFlag: '--index-url' }
      : compareVersions(version, '1.11') >= 0
        ? {
            requirement: `${release}+${tag}`,
            index: `https://download.pytorch.org/whl/${tag}`,
            indexFlag: '--extra-index-url',
          }
        : compareVersions(version, '1.2') >= 0
          ? {
              requirement: `${release}+${tag}`,
              index: 'https://download.pytorch.org/whl/torch_stable.html',
              indexFlag: '-f',
            }
          : {
              requirement: release,
              index: `https://download.pytorch.org/whl/${tag}/torch_stable.html`,
              indexFlag: '-f',
            };
  return {
    version,
    package: 'torch',
    build: tag,
    onPyPI,
    ...rest,
    bundlesCuda: true,
    bundlesCudnn: true,
    ...where,
  };
}
