/** A bill of materials as SPDX 2.3 has it (https://spdx.github.io/spdx-spec/v2.3/), in JSON. Pure. */
import { basename } from 'node:path/posix';
import type { JsonValue } from '../../base/json.ts';
import type { BilledPackage } from '../../prefix/home/bill-of-materials.ts';
import { contentUuid, publicAddress, purlOf, type SbomInput } from './common.ts';
import { idText } from './licensing.ts';

const UNKNOWN = 'NOASSERTION';
const DOCUMENT = 'SPDXRef-DOCUMENT';
const PREFIX = 'SPDXRef-Prefix';

export function spdx(input: SbomInput): Record<string, JsonValue> {
  const { bill, licensing, created, version } = input;
  const document = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: DOCUMENT,
    name: bill.name,
    creationInfo: { created, creators: [`Tool: gpu-setup-${version}`] },
    packages: [prefix(input), ...bill.packages.map((one) => ofPackage(one, input))],
    relationships: [
      relation(DOCUMENT, 'DESCRIBES', PREFIX),
      ...bill.packages.map((one) => relation(PREFIX, 'CONTAINS', idOf(one))),
      ...bill.packages.flatMap((one) =>
        (one.needs?.map(idOfName) ?? [UNKNOWN]).map((needed) => relation(idOf(one), 'DEPENDS_ON', needed)),
      ),
    ],
    hasExtractedLicensingInfos: licensing.own.map(({ ref, title, text, url }) => ({
      licenseId: ref,
      name: title,
      extractedText: text,
      ...(url === null ? {} : { seeAlsos: [url] }),
    })),
  };
  const { spdxVersion, dataLicense, SPDXID, name, ...rest } = document;
  const documentNamespace = `https://spdx.org/spdxdocs/gpu-setup-${encodeURIComponent(name)}-${contentUuid(document)}`;
  return { spdxVersion, dataLicense, SPDXID, name, documentNamespace, ...rest };
}

function prefix({ bill }: SbomInput): JsonValue {
  const { name, cuda, cudnn, recipe, lockDigest, needsOfHost } = bill;
  return {
    SPDXID: PREFIX,
    name,
    versionInfo: cuda,
    summary: `A CUDA ${cuda} toolkit${cudnn === null ? '' : ` with cuDNN ${cudnn}`}, installed by gpu-setup`,
    supplier: UNKNOWN,
    downloadLocation: UNKNOWN,
    filesAnalyzed: false,
    licenseConcluded: UNKNOWN,
    licenseDeclared: UNKNOWN,
    copyrightText: UNKNOWN,
    primaryPackagePurpose: 'FRAMEWORK',
    ...(recipe === null && lockDigest === null
      ? {}
      : {
          sourceInfo: [
            ...(recipe === null ? [] : [`recipe ${recipe}`]),
            ...(lockDigest === null ? [] : [`lock SHA-256 ${lockDigest}`]),
          ].join('; '),
        }),
    ...(needsOfHost.length === 0 ? {} : { comment: `Needs of the host: ${needsOfHost.join(', ')}` }),
  };
}

function ofPackage(one: BilledPackage, { licensing }: SbomInput): JsonValue {
  const { name, version, sha256, payloadSha256, publisher, source, path, components } = one;
  const purl = purlOf(one);
  return {
    SPDXID: idOf(one),
    name,
    versionInfo: version,
    ...(path === null ? {} : { packageFileName: basename(path) }),
    supplier: publisher === null ? UNKNOWN : `Organization: ${publisher.name}`,
    downloadLocation: publicAddress(one) ?? UNKNOWN,
    filesAnalyzed: false,
    checksums: [{ algorithm: 'SHA256', checksumValue: sha256 }],
    sourceInfo: `package of the apt source ${source}`,
    licenseConcluded: UNKNOWN,
    licenseDeclared: licensing.expressions.get(name) ?? UNKNOWN,
    copyrightText: UNKNOWN,
    comment: [
      // SPDX has checksums of the file alone.
      `data.tar SHA-256 ${payloadSha256}`,
      `architecture ${one.architecture}`,
      ...(components.length === 0 ? [] : [`there for ${components.join(', ')}`]),
    ].join('; '),
    ...(purl === null
      ? {}
      : {
          externalRefs: [
            { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl },
          ],
        }),
  };
}

const idOfName = (name: string): string => `SPDXRef-Package-${idText(name)}`;
const idOf = ({ name }: BilledPackage): string => idOfName(name);

const relation = (from: string, relationshipType: string, to: string): JsonValue => ({
  spdxElementId: from,
  relationshipType,
  relatedSpdxElement: to,
});
