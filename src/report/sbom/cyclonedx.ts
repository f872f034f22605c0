/** A bill of materials as CycloneDX 1.6 has it (ECMA-424), in JSON. Pure. */
import type { JsonValue } from '../../base/json.ts';
import type { BilledPackage } from '../../prefix/home/bill-of-materials.ts';
import { contentUuid, publicAddress, purlOf, type SbomInput } from './common.ts';

const PREFIX = 'prefix';

export function cyclonedx(input: SbomInput): Record<string, JsonValue> {
  const { bill, created, version } = input;
  const refs = bill.packages.map(refOf);
  const content = {
    version: 1,
    metadata: {
      timestamp: created,
      tools: { components: [{ type: 'application', name: 'gpu-setup', version }] },
      component: prefix(input),
    },
    components: bill.packages.map((one) => ofPackage(one, input)),
    dependencies: [
      { ref: PREFIX, dependsOn: refs },
      ...bill.packages.flatMap((one) =>
        one.needs === null ? [] : [{ ref: refOf(one), dependsOn: one.needs.map(refOfName) }],
      ),
    ],
    compositions: [
      // What they need of the host stands at the prefix.
      ...composition('incomplete', bill.packages.filter(({ needs }) => needs !== null).map(refOf)),
      ...composition('unknown', bill.packages.filter(({ needs }) => needs === null).map(refOf)),
    ],
  };
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${contentUuid(content)}`,
    ...content,
  };
}

function prefix({ bill, licensing }: SbomInput): JsonValue {
  const { name, cuda, cudnn, recipe, lockDigest, needsOfHost } = bill;
  return {
    type: 'platform',
    'bom-ref': PREFIX,
    name,
    version: cuda,
    description: `A CUDA ${cuda} toolkit${cudnn === null ? '' : ` with cuDNN ${cudnn}`}, installed by gpu-setup`,
    // The texts stand here once; packages refer to them by name.
    ...(licensing.own.length === 0
      ? {}
      : {
          licenses: licensing.own.map(({ ref, text, url }) => ({
            license: {
              name: ref,
              text: { contentType: 'text/plain', content: text },
              ...(url === null ? {} : { url }),
            },
          })),
        }),
    properties: [
      ...property('recipe', recipe),
      ...property('lock-sha256', lockDigest),
      ...needsOfHost.flatMap((clause) => property('needs-of-host', clause)),
    ],
  };
}

function ofPackage(one: BilledPackage, { licensing }: SbomInput): JsonValue {
  const { name, version, architecture, sha256, payloadSha256, publisher, source, path, components } = one;
  const purl = purlOf(one);
  const address = publicAddress(one);
  const expression = licensing.expressions.get(name);
  return {
    type: 'library',
    'bom-ref': refOf(one),
    ...(publisher === null ? {} : { supplier: { name: publisher.name } }),
    name,
    version,
    hashes: [{ alg: 'SHA-256', content: sha256 }],
    ...(expression === undefined ? {} : { licenses: [{ expression, acknowledgement: 'declared' }] }),
    ...(purl === null ? {} : { purl }),
    ...(address === null ? {} : { externalReferences: [{ type: 'distribution', url: address }] }),
    properties: [
      ...property('architecture', architecture),
      ...property('payload-sha256', payloadSha256),
      ...property('source', source),
      ...property('path', path),
      ...components.flatMap((component) => property('component', component)),
    ],
  };
}

/** A package stands in a prefix once. */
const refOfName = (name: string): string => `package:${name}`;
const refOf = ({ name }: BilledPackage): string => refOfName(name);

/** How much the dependencies of some say. */
const composition = (aggregate: 'incomplete' | 'unknown', refs: readonly string[]): readonly JsonValue[] =>
  refs.length === 0 ? [] : [{ aggregate, dependencies: refs }];

const property = (name: string, value: string | null): readonly JsonValue[] =>
  value === null ? [] : [{ name: `gpu-setup:${name}`, value }];
