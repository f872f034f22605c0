/** Repositories that have a key of their own are judged by that one. */
import { describe, expect, it } from 'vitest';
import { diagnose, readLog } from '../../src/doctor/diagnose.ts';
import { NVIDIA_SOURCE } from '../support/broken-laptops.ts';
import { is, laptop, RUN } from '../support/facts.ts';

const USUAL = 'EB693B3035CD5710E231E123A4B469963BF863CC';
const TRIXIE = '02182E60104FCDC26EAE1B8597A5D4CB8793F200';
const source = {
  ...NVIDIA_SOURCE,
  uri: 'https://developer.download.nvidia.com/compute/cuda/repos/debian13/x86_64/',
};

const found = (...keys: string[]) =>
  diagnose(laptop({ apt: { nvidiaSources: is([source]), nvidiaKeys: is(keys) } }), RUN, 'a').diagnoses.find(
    ({ code }) => code === 'apt-key-missing',
  );

describe('a repository with a key of its own', () => {
  it('lacks no key where that one is there', () => {
    expect(found(TRIXIE)).toBeUndefined();
    expect(found(USUAL, TRIXIE)).toBeUndefined();
  });

  it('lacks it where the keyrings hold the usual one alone', () => {
    const one = found(USUAL);
    expect(one?.summary).toContain(TRIXIE.slice(-16));
    expect(JSON.stringify(one?.fix)).toContain('debian13/x86_64/8793F200.pub');
  });

  it('is helped with its own key where a log asks for it', () => {
    const line = `W: GPG error: ${source.uri}  InRelease: The following signatures couldn't be verified because the public key is not available: NO_PUBKEY ${TRIXIE.slice(-16)}`;
    const [first] = readLog(line);
    expect(first?.code).toBe('apt-key-missing');
    expect(JSON.stringify(first?.fix)).toContain('8793F200.pub');
    expect(JSON.stringify(first?.fix)).not.toContain('3bf863cc');
  });
});
