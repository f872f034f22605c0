/**
 * package.json: what of Node's packages uses a GPU.
 *
 *     { "dependencies": { "onnxruntime-node": "^1.20.0" } }
 */
import { messageOf } from '../../base/errors.ts';
import { isRecord } from '../../base/is-record.ts';
import { isNodePackage, nodePackage } from '../../compat/node-packages.ts';
import { isPlainVersion, isVersionRange } from '../../compat/version-range.ts';
import type { Wanted } from '../types.ts';
import { badRequirements } from './bad-requirements.ts';
import type { Requirements, RequirementsText } from './types.ts';

const TABLES = ['dependencies', 'optionalDependencies', 'devDependencies'] as const;

/** @throws GpuSetupError `bad-requirements` */
export function readPackageJson(file: RequirementsText): Requirements {
  const document = jsonOf(file);
  const found = TABLES.flatMap((table) => {
    const packages = document[table];
    const named = isRecord(packages) ? Object.entries(packages) : [];
    return named
      .filter(([name]) => isNodePackage(name))
      .map(([name, range]) => wantedOf(name, versionOf(range), `${file.name}: ${table}`));
  });
  return {
    wanted: found.flatMap(({ wanted }) => wanted),
    notes: found.flatMap(({ notes }) => notes),
  };
}

function wantedOf(name: string, version: string | null, place: string): Requirements {
  const row = nodePackage(name, version);
  const from = `${place}: ${name}${version === null ? '' : ` ${version}`}`;
  if (row === null) {
    return {
      wanted: [],
      notes: [`${from}: which CUDA this version loads is not known, and it does not count`],
    };
  }
  const spec = (library: string, wanted: string): Wanted => ({
    name: library,
    version: wanted,
    notation: isPlainVersion(wanted) ? 'plain' : 'semver',
    build: null,
    from,
  });
  return {
    wanted: [spec('cuda', row.cuda), ...(row.cudnn === null ? [] : [spec('cudnn', row.cudnn)])],
    notes: [],
  };
}

function jsonOf(file: RequirementsText): Readonly<Record<string, unknown>> {
  let document: unknown;
  try {
    document = JSON.parse(file.text);
  } catch (error) {
    throw badRequirements(file.name, `no JSON: ${messageOf(error)}`);
  }
  if (!isRecord(document)) throw badRequirements(file.name, 'a table of packages ({...}) was expected');
  return document;
}

/** Null for a tag ("latest"), an address or a folder: any version then. */
function versionOf(range: unknown): string | null {
  const text = typeof range === 'string' ? range.trim().replace(/^[v=]\s*(?=\d)/, '') : '';
  return isPlainVersion(text) || isVersionRange(text) ? text : null;
}
