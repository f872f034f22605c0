/** Of the kernel's command line only what decides over GPUs leaves the machine. */
import { describe, expect, it } from 'vitest';
import { keptParameters } from '../../../src/machine/snapshot/kernel-parameters.ts';

const kept = (text: string): string => keptParameters(text, () => '?');

describe('keptParameters', () => {
  it.each([
    'ro quiet splash nomodeset',
    'modprobe.blacklist=nouveau,nvidiafb rd.driver.blacklist=nouveau module_blacklist=nouveau',
    'nouveau.modeset=0 nvidia-drm.modeset=1 nvidia.NVreg_OpenRmEnableUnsupportedGpus=1',
    'pci=realloc pcie_acs_override=downstream',
    'intel_iommu=on iommu=pt pcie_aspm=off module.sig_enforce=1 lockdown=integrity',
    'vfio-pci.ids=10de:1b80,10de:10f0',
  ])('keeps %s', (text) => {
    expect(kept(text)).toBe(text);
  });

  it.each([
    'ifname=eth0:52:54:00:12:34:56',
    'BOOTIF=01-aa-bb-cc-dd-ee-ff',
    'nfsroot=10.1.2.3:/srv/alice',
    'gw=10.0.0.1',
    'machine_id=0123456789abcdef0123456789abcdef',
    'pw=hunter2',
    'cryptkey=/dev/sda1:ext4:/key',
    'root=UUID=8f6b6a2e-1b9c-4b6f-9c53-0d7e2a0b7a11',
    'hunter2',
    // A name that is allowed is no way for any value.
    'nouveau.modeset=http://alice:hunter2@host/',
    `console=${'a'.repeat(500)}`,
  ])('replaces %s whole', (text) => {
    expect(kept(`ro ${text} quiet`)).toBe('ro ? quiet');
  });

  it('takes a long hostile line at once', () => {
    expect(kept('a=b '.repeat(100_000))).toHaveLength(200_000);
  });
});
