/** The state of services: from every way that systemctl is asked; what was not looked at is unknown, not absent. */
import { describe, expect, it } from 'vitest';
import { parseUnit } from '../../../../src/machine/facts/services/services.ts';
import { probeServices } from '../../../../src/machine/facts/services/services.ts';
import { probeNvSwitches } from '../../../../src/machine/facts/gpu/nvswitch.ts';
import { snapshotMachine } from '../../../../src/machine/snapshot/snapshot.ts';
import { hidden, is } from '../../../support/facts.ts';

const FM = 'nvidia-fabricmanager';
const SHOW = `Id=nvidia-fabricmanager.service
LoadState=loaded
ActiveState=failed
UnitFileState=enabled

Id=nvidia-persistenced.service
LoadState=not-found
ActiveState=inactive
UnitFileState=
`;
const STATUS = `● nvidia-fabricmanager.service - NVIDIA fabric manager service
     Loaded: loaded (/lib/systemd/system/nvidia-fabricmanager.service; disabled; vendor preset: enabled)
     Active: inactive (dead)
`;

const snapshot = (commands: { argv: string[]; stdout: string }[], files = {}, context = {}) =>
  snapshotMachine({ format: 'gpu-setup/snapshot@1', commands, files, context }, 'test');

describe('a unit', () => {
  it('is read from show and status, and known to be missing', () => {
    expect(parseUnit(SHOW, FM)).toEqual({ active: 'failed', enabled: true });
    expect(parseUnit(SHOW, 'nvidia-persistenced')).toBe('no such unit');
    expect(parseUnit(STATUS, FM)).toEqual({ active: 'inactive', enabled: false });
    expect(parseUnit('Unit nvidia-fabricmanager.service could not be found.\n', FM)).toBe('no such unit');
  });

  it('is not read from what tells of another one, or is cut off', () => {
    expect(parseUnit(STATUS, 'nvidia-persistenced')).toBeNull();
    expect(parseUnit(STATUS.split('\n')[0]!, FM)).toBeNull();
    expect(parseUnit('', FM)).toBeNull();
  });
});

describe('the services of a machine', () => {
  const probe = (machine: ReturnType<typeof snapshot>, container = is<string | null>(null)) =>
    probeServices(machine, { container, concerned: true });

  it('are those that somebody looked at; of the others nothing is known', async () => {
    const services = await probe(snapshot([{ argv: ['systemctl', 'status', FM], stdout: STATUS }]));
    expect(services.fabricManager).toMatchObject({ state: 'present', value: { active: 'inactive' } });
    expect(services.persistenced.state).toBe('unknown');
  });

  it('are the host’s where this is a container', async () => {
    const services = await probe(snapshot([]), is<string | null>('docker'));
    expect(services.fabricManager.state).toBe('unknown');
  });

  it('of an image are known by the files of their units, not whether they run', async () => {
    const image = snapshot(
      [],
      { '/lib/systemd/system/nvidia-fabricmanager.service': '[Unit]\n' },
      { machine: 'root' },
    );
    expect((await probe(image)).fabricManager).toMatchObject({ state: 'present', value: { active: null } });
    const without = snapshot(
      [],
      Object.fromEntries(
        ['/etc', '/usr/lib', '/lib'].map((folder) => [`${folder}/systemd/system/${FM}.service`, null]),
      ),
    );
    expect((await probe(without)).fabricManager.state).toBe('absent');
  });

  it('are not asked for where there is neither driver nor GPU', async () => {
    const services = await probeServices(
      { ...snapshot([]), isRecording: false, run: () => Promise.reject(new Error('asked')) },
      { container: is(null), concerned: false },
    );
    expect(services.fabricManager.state).toBe('unknown');
    expect(hidden().state).toBe('unknown');
  });
});

describe('NVSwitches', () => {
  const lspci = (stdout: string) => probeNvSwitches(snapshot([{ argv: ['lspci', '-nn'], stdout }]));
  const GPU =
    '18:00.0 3D controller [0302]: NVIDIA Corporation GH100 [H100 SXM5 80GB] [10de:2330] (rev a1)\n';

  it('are counted on the bus', async () => {
    const one = '07:00.0 Bridge [0680]: NVIDIA Corporation GH100 [H100 NVSwitch] [10de:22a3] (rev a1)\n';
    expect(await lspci(GPU + one + one.replace('07', '08'))).toMatchObject({ value: 2 });
    expect(await lspci(GPU)).toMatchObject({ value: 0 });
  });

  it('are unknown where nobody listed the bus', async () => {
    expect((await lspci('')).state).toBe('unknown');
    expect((await lspci('00:1f.0 ISA bridge [0601]: Intel Corporation [8086:1234]\n')).state).toBe('unknown');
  });
});
