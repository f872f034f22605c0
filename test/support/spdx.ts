/** What SPDX 2.3 requires of a document in JSON (clauses 6, 7, 10, 11 of the specification). */

type Item = Record<string, unknown>;

const ID = /^SPDXRef-[A-Za-z0-9.-]+$/;
const LICENCE_REF = /LicenseRef-[A-Za-z0-9.-]+/g;
const LOCATION = /^(?:NOASSERTION|NONE|(?:https?|ftp|git)\S*:\/\/\S+)$/;

/** Complaints; none where it is right. */
export function validateSpdx(document: Item): readonly string[] {
  const complaints: string[] = [];
  const expect = (isRight: boolean, what: string): void => void (isRight || complaints.push(what));
  const matches = (item: Item, field: string, pattern: RegExp): void =>
    expect(
      typeof item[field] === 'string' && pattern.test(item[field]),
      `${field}: ${JSON.stringify(item[field])}`,
    );
  matches(document, 'spdxVersion', /^SPDX-2\.3$/);
  matches(document, 'dataLicense', /^CC0-1\.0$/);
  matches(document, 'SPDXID', /^SPDXRef-DOCUMENT$/);
  matches(document, 'name', /./);
  matches(document, 'documentNamespace', /^https?:\/\/[^#\s]+$/);
  const creation = document['creationInfo'] as Item;
  matches(creation, 'created', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(
    (creation['creators'] as string[]).every((one) => /^(?:Person|Organization|Tool): \S/.test(one)),
    'creators',
  );
  const packages = document['packages'] as Item[];
  const infos = document['hasExtractedLicensingInfos'] as Item[];
  const refs = new Set(infos.map((info) => info['licenseId']));
  for (const one of packages) {
    matches(one, 'SPDXID', ID);
    matches(one, 'name', /./);
    matches(one, 'downloadLocation', LOCATION);
    matches(one, 'supplier', /^(?:NOASSERTION|(?:Person|Organization): \S.*)$/);
    matches(one, 'licenseConcluded', /./);
    matches(one, 'licenseDeclared', /./);
    matches(one, 'copyrightText', /./);
    expect(one['filesAnalyzed'] === false, 'filesAnalyzed');
    for (const ref of String(one['licenseDeclared']).match(LICENCE_REF) ?? [])
      expect(refs.has(ref), `${ref} has no text`);
    for (const sum of (one['checksums'] ?? []) as Item[]) {
      matches(sum, 'algorithm', /^SHA256$/);
      matches(sum, 'checksumValue', /^[0-9a-f]{64}$/);
    }
  }
  for (const info of infos) {
    matches(info, 'licenseId', /^LicenseRef-[A-Za-z0-9.-]+$/);
    matches(info, 'extractedText', /[^]/);
  }
  const ids = [document, ...packages].map((item) => item['SPDXID']);
  expect(new Set(ids).size === ids.length, 'an SPDXID stands there twice');
  const relationships = document['relationships'] as Item[];
  for (const one of relationships) {
    matches(one, 'relationshipType', /^[A-Z_]+$/);
    // What is related may be said to be unknown, or nothing (clause 11.1).
    expect(ids.includes(one['spdxElementId']), `spdxElementId: ${String(one['spdxElementId'])}`);
    const other = one['relatedSpdxElement'];
    expect([...ids, 'NOASSERTION', 'NONE'].includes(other), `relatedSpdxElement: ${String(other)}`);
  }
  expect(
    relationships.some((one) => one['relationshipType'] === 'DESCRIBES' && one['spdxElementId'] === ids[0]),
    'the document describes nothing',
  );
  expect(
    packages.every((one) => relationships.some((each) => each['relatedSpdxElement'] === one['SPDXID'])),
    'a package has no relationship',
  );
  return complaints;
}
