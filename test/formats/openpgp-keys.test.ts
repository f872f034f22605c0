import { generateKey, readKey } from 'openpgp';
import { describe, expect, it } from 'vitest';
import { absent, present, valueOf, type Answer } from '../../src/machine/answer.ts';
import { probeNvidiaKeys } from '../../src/machine/facts/apt/apt-keys.ts';
import { readPublicKeys } from '../../src/formats/openpgp-keys.ts';
import type { AptSourceFacts } from '../../src/machine/facts.ts';
import { snapshotMachine } from '../../src/machine/snapshot/snapshot.ts';
import { SNAPSHOT_FORMAT } from '../../src/machine/snapshot/format.ts';

async function newKey(
  email: string,
): Promise<{ armored: string; binary: Uint8Array; fingerprint: string; subkey: string }> {
  const { publicKey } = await generateKey({
    type: 'rsa',
    rsaBits: 2048,
    userIDs: [{ name: 'cudatools', email }],
  });
  const key = await readKey({ armoredKey: publicKey });
  return {
    armored: publicKey,
    binary: key.write(),
    fingerprint: key.getFingerprint().toUpperCase(),
    subkey: key.getSubkeys()[0]!.getFingerprint().toUpperCase(),
  };
}

const nvidia = await newKey('cudatools@nvidia.com');
const other = await newKey('archive@example.com');

const whole = (bytes: Uint8Array): object[] =>
  readPublicKeys(bytes).map(({ fingerprint, userIds, subkeys }) => ({ fingerprint, userIds, subkeys }));

describe('readPublicKeys', () => {
  it('gives the fingerprints that a full implementation gives, binary and armored', () => {
    const expected = [
      {
        fingerprint: nvidia.fingerprint,
        userIds: ['cudatools <cudatools@nvidia.com>'],
        subkeys: [nvidia.subkey],
      },
    ];
    expect(whole(nvidia.binary)).toEqual(expected);
    expect(whole(new TextEncoder().encode(`comment\n${nvidia.armored}`))).toEqual(expected);
    expect(whole(new TextEncoder().encode(nvidia.armored.replaceAll('\n', ' \r\n')))).toEqual(expected);
  });

  it('reads several keys of one file, binary or as armored blocks', () => {
    const fingerprints = [other.fingerprint, nvidia.fingerprint];
    const both = new Uint8Array([...other.binary, ...nvidia.binary]);
    expect(readPublicKeys(both).map((key) => key.fingerprint)).toEqual(fingerprints);
    const blocks = new TextEncoder().encode(other.armored + nvidia.armored);
    expect(readPublicKeys(blocks).map((key) => key.fingerprint)).toEqual(fingerprints);
  });

  it('leaves a file alone that does not mention what is looked for', () => {
    const armored = new TextEncoder().encode(nvidia.armored);
    for (const file of [nvidia.binary, armored]) {
      expect(readPublicKeys(file, /@NVIDIA\.com/i)).toHaveLength(1);
      expect(readPublicKeys(file, /@example\.com/)).toEqual([]);
    }
  });

  it('takes what is cut off or no keyring for what it is', () => {
    for (let length = 0; length < nvidia.binary.length; length += 97) {
      expect(readPublicKeys(nvidia.binary.subarray(0, length)).length).toBeLessThanOrEqual(1);
    }
    expect(readPublicKeys(new TextEncoder().encode('not a key'))).toEqual([]);
    expect(readPublicKeys(Uint8Array.of(0x9b, 0x04))).toEqual([]);
    expect(
      readPublicKeys(Uint8Array.from({ length: 10_000 }, (_, i) => (i * 101) & 255)).length,
    ).toBeLessThan(10);
  });
});

describe("NVIDIA's keys", () => {
  const LISTS = { kind: 'dir', name: '/etc/apt/sources.list.d' } as const;
  const source: AptSourceFacts = {
    file: '/etc/apt/sources.list.d/cuda.list',
    line: 1,
    uri: 'https://developer.download.nvidia.com/compute/cuda/repos/debian12/x86_64/',
    suite: '/',
    enabled: true,
    trusted: false,
    signedBy: null,
  };
  const probe = (
    files: Record<string, Uint8Array>,
    folder: string,
    sources: Answer<readonly AptSourceFacts[]> = present([source], LISTS),
  ): ReturnType<typeof probeNvidiaKeys> => {
    const empty = { entries: [], complete: true };
    const machine = snapshotMachine(
      {
        format: SNAPSHOT_FORMAT,
        files: {
          '/etc/apt/trusted.gpg': null,
          ...Object.fromEntries(
            Object.entries(files).map(([path, bytes]) => [
              path,
              { base64: Buffer.from(bytes).toString('base64') },
            ]),
          ),
        },
        dirs: {
          '/etc/apt/trusted.gpg.d': empty,
          '/usr/share/keyrings': empty,
          '/etc/apt/keyrings': empty,
          [folder]: {
            entries: Object.keys(files).map((path) => path.slice(path.lastIndexOf('/') + 1)),
            complete: true,
          },
        },
      },
      'keys.json',
    );
    return probeNvidiaKeys(machine, sources);
  };

  it('are found in a keyring among others, by who they belong to', async () => {
    const bytes = new Uint8Array([...other.binary, ...nvidia.binary]);
    const keys = await probe({ '/etc/apt/trusted.gpg.d/mixed.gpg': bytes }, '/etc/apt/trusted.gpg.d');
    expect(valueOf(keys)).toEqual([nvidia.fingerprint]);
  });

  it('are not looked for where no source needs one, and not said to be absent', async () => {
    const bytes = new Uint8Array([...other.binary, ...nvidia.binary]);
    const files = { '/etc/apt/trusted.gpg.d/mixed.gpg': bytes };
    const keys = await probe(files, '/etc/apt/trusted.gpg.d', absent(LISTS));
    expect(keys).toMatchObject({ state: 'unknown', reason: 'not-applicable' });
  });

  it('are absent where every keyring was read and has none', async () => {
    const keys = await probe(
      { '/usr/share/keyrings/cuda-archive-keyring.gpg': other.binary },
      '/usr/share/keyrings',
    );
    expect(keys.state).toBe('absent');
  });
});
