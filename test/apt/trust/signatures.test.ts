import { spawnSync } from 'node:child_process';
import { timeText } from '../../../src/base/time-text.ts';
import * as openpgp from 'openpgp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyDetached, verifyInRelease, type TrustContext } from '../../../src/apt/trust/signatures.ts';
import { NOW, clearSign, detachedSign, makeKey, type TestKey } from '../repository.ts';
import { sharedTempDir } from '../../support/temp-dir.ts';
import { hasPrograms } from '../../support/has-programs.ts';

let key: TestKey;
let other: TestKey;
beforeAll(async () => {
  [key, other] = await Promise.all([makeKey(), makeKey()]);
});

const text = 'Origin: Test\nSuite: stable\n-a line with a dash\n';

async function trust(
  keys: TestKey[],
  pins = keys.map(({ fingerprint }) => fingerprint),
  changes: Partial<TrustContext> = {},
) {
  return {
    title: 'InRelease of test',
    keys: await Promise.all(keys.map(({ publicKey }) => openpgp.readKey({ armoredKey: publicKey }))),
    pinned: pins.map((pin) => ({ fingerprint: pin.replace('!', ''), exactly: pin.endsWith('!') })),
    now: NOW,
    ...changes,
  };
}

const verify = async (signed: string, context: TrustContext) => verifyInRelease(Buffer.from(signed), context);

describe('InRelease', () => {
  it('gives the signed text and the full fingerprint', async () => {
    const verified = await verify(await clearSign(text, key), await trust([key]));
    expect(verified).toEqual({ text, signedWith: key.fingerprint });
  });

  it('needs one good signature of a pinned key and ignores others', async () => {
    const signed = await clearSign(text, other, key);
    expect((await verify(signed, await trust([key]))).signedWith).toBe(key.fingerprint);
  });

  it('refuses a key that is known but not pinned', async () => {
    const signed = await clearSign(text, other);
    const refusal = verify(signed, await trust([key, other], [key.fingerprint]));
    await expect(refusal).rejects.toMatchObject({
      code: 'key-unknown',
      retryable: false,
      message: expect.stringContaining(other.fingerprint.slice(-16)),
      hint: expect.stringContaining(key.fingerprint),
    });
  });

  it('tells a key that nobody allowed from one that is allowed and was not found', async () => {
    const signed = await clearSign(text, other);
    await expect(
      verify(signed, await trust([key], [key.fingerprint, other.fingerprint])),
    ).rejects.toMatchObject({ code: 'key-missing' });
  });

  it('names what is wrong with the pinned key first, whoever else signed', async () => {
    const changed = (await clearSign(text, key, other)).replace('Suite: stable', 'Suite: stabbe');
    await expect(verify(changed, await trust([key]))).rejects.toMatchObject({
      code: 'bad-signature',
      retryable: true,
    });
  });

  it('takes nothing from the time of a signature that is not good', async () => {
    const changed = (await clearSign(text, key)).replace('Suite: stable', 'Suite: stabbe');
    await expect(
      verify(changed, await trust([key], undefined, { now: new Date('1970-01-01') })),
    ).rejects.toMatchObject({ code: 'bad-signature' });
  });

  it('accepts a subkey that is bound to the pinned key, but not for "FPR!"', async () => {
    const { privateKey, publicKey } = await openpgp.generateKey({
      type: 'curve25519',
      userIDs: [{ name: 'x' }],
      subkeys: [{ sign: true }],
      date: new Date('2020-01-01'),
      format: 'object',
    });
    const owner: TestKey = {
      fingerprint: publicKey.getFingerprint().toUpperCase(),
      privateKey,
      publicKey: publicKey.armor(),
    };
    const sub = publicKey.getSubkeys()[0]!.getFingerprint().toUpperCase();
    const signed = await clearSign(text, owner);
    expect((await verify(signed, await trust([owner]))).signedWith).toBe(owner.fingerprint);
    expect((await verify(signed, await trust([owner], [`${sub}!`]))).signedWith).toBe(owner.fingerprint);
    await expect(verify(signed, await trust([owner], [`${owner.fingerprint}!`]))).rejects.toMatchObject({
      code: 'key-unknown',
    });
    await expect(verify(signed, await trust([owner], [sub]))).rejects.toMatchObject({
      code: 'key-missing',
    });
  });

  it.each([
    ['a changed byte', (s: string) => s.replace('Suite: stable', 'Suite: stabbe'), 'bad-signature'],
    ['text before the block', (s: string) => `Origin: Evil\n${s}`, 'not-a-release'],
    ['a blank line before the block', (s: string) => `\n${s}`, 'not-a-release'],
    ['text after the block', (s: string) => `${s}Origin: Evil\n`, 'not-a-release'],
    ['a second block', (s: string) => `${s}${s}`, 'not-a-release'],
    ['another header', (s: string) => s.replace(/^Hash: /m, 'Charset: x\nHash: '), 'not-a-release'],
    [
      'text in place of a header',
      (s: string) => s.replace(/^Hash: .*$/m, (h) => `${h}\nOrigin: Evil`),
      'not-a-release',
    ],
    ['a line that is not dash-escaped', (s: string) => s.replace('\n- -a', '\n-a'), 'not-a-release'],
    ['a cut-off end', (s: string) => s.slice(0, -60), 'not-a-release'],
    [
      'lone carriage returns',
      (s: string) => s.replace('Test\r\n', 'Test\n').replace('Origin: Test', 'Origin: Test\rX: y'),
      'not-a-release',
    ],
    ['NUL bytes', (s: string) => s.replace('Test', 'Te\0st'), 'not-a-release'],
    ['a login page', () => '<html>please log in</html>', 'not-a-release'],
    ['nothing', () => '', 'not-a-release'],
  ])('refuses %s', async (_, change, code) => {
    const signed = (await clearSign(text, key)).replace(/\r\n/g, '\n');
    await expect(verify(change(signed), await trust([key]))).rejects.toMatchObject({ code });
  });

  it('accepts a signature that was made while the key was valid, and none made after', async () => {
    const { publicKey } = await openpgp.reformatKey({
      privateKey: key.privateKey,
      userIDs: [{ name: 'x' }],
      date: new Date('2020-01-01T00:00:00Z'),
      keyExpirationTime: 86_400 * 30,
      format: 'object',
    });
    const context = await trust([{ ...key, publicKey: publicKey.armor() }]);
    const sign = async (date: Date) => {
      const message = await openpgp.createCleartextMessage({ text });
      return (await openpgp.sign({ message, signingKeys: key.privateKey, date })) as string;
    };
    expect((await verify(await sign(new Date('2020-01-15')), context)).signedWith).toBe(key.fingerprint);
    const late = await sign(new Date('2020-03-01'));
    await expect(verify(late, context)).rejects.toMatchObject({ code: 'key-expired' });
  });

  it.each(['1970-01-01', '2021-01-01', '2026-07-10T10:00:00Z'])(
    'takes a good signature from the future for a clock that is wrong (%s)',
    async (now) => {
      const signed = await clearSign(text, key);
      await expect(
        verify(signed, await trust([key], undefined, { now: new Date(now) })),
      ).rejects.toMatchObject({
        code: 'clock-wrong',
        message: expect.stringContaining(`signed at ${timeText('2026-07-11T10:16:37Z')}`),
        hint: expect.stringMatching(/set the clock/),
      });
    },
  );

  it('lets clocks differ by a day', async () => {
    const context = await trust([key], undefined, { now: new Date('2026-07-10T11:00:00Z') });
    expect((await verify(await clearSign(text, key), context)).signedWith).toBe(key.fingerprint);
  });
});

describe('Release and Release.gpg', () => {
  it('belong together', async () => {
    const signature = Buffer.from(await detachedSign(text, key));
    const context = await trust([key]);
    expect(await verifyDetached(Buffer.from(text), signature, context)).toEqual({
      text,
      signedWith: key.fingerprint,
    });
    await expect(verifyDetached(Buffer.from(`${text}X: y\n`), signature, context)).rejects.toMatchObject({
      code: 'bad-signature',
    });
  });

  it('may carry the signature in binary, or several armoured blocks', async () => {
    const armored = await detachedSign(text, key);
    const binary = (await openpgp.readSignature({ armoredSignature: armored })).write();
    const context = await trust([key]);
    expect((await verifyDetached(Buffer.from(text), binary, context)).signedWith).toBe(key.fingerprint);
    const two = Buffer.from(`${await detachedSign(text, other)}${armored}`);
    expect((await verifyDetached(Buffer.from(text), two, context)).signedWith).toBe(key.fingerprint);
  });

  it('say of several signatures what is most telling, not what came last', async () => {
    const two = Buffer.from(`${await detachedSign(text, key)}${await detachedSign(text, other)}`);
    await expect(verifyDetached(Buffer.from(`${text}X: y\n`), two, await trust([key]))).rejects.toMatchObject(
      { code: 'bad-signature' },
    );
    await expect(
      verifyDetached(Buffer.from(text), two, await trust([key], undefined, { now: new Date(0) })),
    ).rejects.toMatchObject({ code: 'clock-wrong' });
  });

  it('are refused where the signature file is something else', async () => {
    const context = await trust([key]);
    for (const rubbish of ['', '<html>', '-----BEGIN PGP SIGNATURE-----\n\nxx\n']) {
      await expect(verifyDetached(Buffer.from(text), Buffer.from(rubbish), context)).rejects.toMatchObject({
        code: 'not-a-release',
      });
    }
  });

  it('refuse a signature over nothing ("standalone"), which verifies beside any text', async () => {
    const packet = new openpgp.SignaturePacket();
    Object.assign(packet, {
      version: 4,
      signatureType: openpgp.enums.signature.standalone,
      hashAlgorithm: openpgp.enums.hash.sha512,
    });
    const signer = key.privateKey.keyPacket;
    packet.publicKeyAlgorithm = signer.algorithm;
    packet.issuerKeyID = key.privateKey.getKeyID();
    // The published types leave the last argument out.
    const sign = packet.sign as (...args: unknown[]) => Promise<void>;
    await sign.call(packet, signer, {}, new Date('2026-07-11'), true, openpgp.config);
    const list = new openpgp.PacketList<openpgp.SignaturePacket>();
    list.push(packet);
    const signature = new openpgp.Signature(list).write();
    await expect(verifyDetached(Buffer.from(text), signature, await trust([key]))).rejects.toThrow(
      /no good signature/,
    );
  });
});

describe.skipIf(!hasPrograms('gpg'))('SHA-1, with keys made by GnuPG', () => {
  const home = sharedTempDir();
  let armoredKey: string;
  const run = (input: string, ...args: string[]): string => {
    const result = spawnSync(
      'gpg',
      [
        '--homedir',
        home,
        '--batch',
        '--yes',
        '--quiet',
        '--pinentry-mode',
        'loopback',
        '--passphrase',
        '',
        ...args,
      ],
      {
        input,
        encoding: 'utf8',
      },
    );
    if (result.status !== 0) throw new Error(result.stderr);
    return result.stdout;
  };

  beforeAll(() => {
    run(
      '',
      '--cert-digest-algo',
      'SHA1',
      '--quick-generate-key',
      'old <old@example.org>',
      'rsa2048',
      'sign',
      'never',
    );
    armoredKey = run('', '--armor', '--export');
  });
  afterAll(() => {
    spawnSync('gpgconf', ['--homedir', home, '--kill', 'all']);
  });

  const context = async (): Promise<TrustContext> => {
    const old = await openpgp.readKey({ armoredKey });
    const self = old.users[0]!.selfCertifications[0]!.hashAlgorithm;
    expect(self).toBe(openpgp.enums.hash.sha1);
    return {
      title: 't',
      keys: [old],
      pinned: [{ fingerprint: old.getFingerprint().toUpperCase(), exactly: false }],
      now: new Date(),
    };
  };

  it('is accepted where a key signed itself with it', async () => {
    const signed = run(text, '--digest-algo', 'SHA512', '--clearsign');
    // The line break before the signature is not signed (RFC 9580, 7).
    expect((await verify(signed, await context())).text).toBe(text.trimEnd());
  });

  it('is refused over data', async () => {
    const signed = run(text, '--digest-algo', 'SHA1', '--clearsign');
    await expect(verify(signed, await context())).rejects.toMatchObject({
      code: 'bad-signature',
      message: expect.stringContaining('SHA1'),
    });
  });
});
