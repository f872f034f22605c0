// NVIDIA's GPUs: those with a PCI id, in groups of what they have in common, and the modules that have none.
import { additions, confidenceOf, sourceList } from '../facts.mjs';

/** What the GPUs of a group share. */
const TRAITS = [
  'architecture',
  'computeCapability',
  'firstCuda',
  'lastCuda',
  'firstDriverBranch',
  'lastDriverBranch',
  'openKernelModule',
];

export function gpus(facts) {
  const { sources, at } = sourceList();
  const named = new Map(facts['gpu-names'].rows.map((row) => [row.pciId, []]));
  for (const row of facts['gpu-names'].rows) named.get(row.pciId).push(row);
  const { usual, also: machines } = additions('gpu-usual');
  for (const { pciId, name, source } of machines)
    named.set(pciId, [...(named.get(pciId) ?? []), { nvidiaSmiName: name, source }]);
  const rows = [...facts.compat.gpus, ...missing(facts, named)].map((row) => withOwnName(row, usual));
  const groups = new Map();
  for (const row of rows.filter(({ pciId }) => pciId !== null)) {
    const traits = Object.fromEntries(TRAITS.map((trait) => [trait, row[trait]]));
    const key = JSON.stringify(traits);
    if (!groups.has(key))
      groups.set(key, { ...traits, source: at(row.ccSource), confidence: confidenceOf(row), devices: [] });
    const also = named.get(row.pciId) ?? [];
    groups
      .get(key)
      .devices.push([
        row.pciId.replace(/^10de:/, ''),
        row.name,
        otherNames(row, also),
        row.chip,
        row.form,
        at(row.source, ...also.map(({ source }) => source)),
      ]);
  }
  const modules = rows
    .filter(({ pciId }) => pciId === null)
    .map((row) => ({
      name: row.name,
      chip: row.chip,
      architecture: row.architecture,
      computeCapability: row.computeCapability,
      form: row.form,
      firstCuda: row.firstCuda,
      lastCuda: row.lastCuda,
      source: at(row.source),
      confidence: confidenceOf(row),
    }));
  return {
    about:
      'GPUs by what they have in common; source of a group: of its compute capability; of a device: of its id and names. modules: integrated GPUs without a PCI id, whose driver comes with their board support package',
    recalled: ['firstDriverBranch'],
    columns: ['device id', 'name', 'other names that tools print', 'chip', 'form', 'source'],
    sources,
    groups: [...groups.values()],
    modules,
  };
}

/** pci.ids has slips, and names that NVIDIA gives to another GPU. */
function withOwnName(row, usual) {
  const name = row.name.replace(/^Geforce/, 'GeForce');
  const meant = usual.find((one) => one.name === name);
  const isOther = meant !== undefined && meant.computeCapability !== row.computeCapability;
  return { ...row, name: isOther ? `${name} (${row.chip})` : name };
}

/** Names that differ by more than the maker's. */
function otherNames({ name, driverName, variants }, also) {
  const names = [driverName, ...(variants ?? []), ...also.map(({ nvidiaSmiName }) => nvidiaSmiName)]
    .filter(Boolean)
    .map((one) => one.replace(/^NVIDIA /, ''));
  const different = [...new Set(names)].filter((one) => one.toLowerCase() !== name.toLowerCase());
  return different.length === 0 ? null : different;
}

/** Ids that only the list of names has: a GPU of the same chip as its neighbours, by NVIDIA's list of device ids. */
function missing(facts, named) {
  const known = new Set(facts.compat.gpus.map(({ pciId }) => pciId));
  return [...named]
    .filter(([pciId]) => !known.has(pciId))
    .map(([pciId, rows]) => {
      const neighbour = facts.compat.gpus.find(
        (row) => row.pciId !== null && row.pciId.slice(0, -1) === pciId.slice(0, -1),
      );
      return {
        ...neighbour,
        pciId,
        name: rows[0].nvidiaSmiName.replace(/^NVIDIA /, ''),
        driverName: null,
        variants: null,
        source: rows[0].source,
      };
    });
}
