/**
 * Programs whose outputs in a report of another program are about GPUs and what they stand on. Of the others nothing is kept: a dump of
 * memory or of the network has megabytes, and old crashes of other programs are nobody's complaint.
 */

/** What complains tells of trouble in its own words, for the rules of text; of the others only facts are taken. */
const PROGRAMS: Readonly<Record<string, { complains: boolean }>> = {
  'c++': { complains: false },
  dkms: { complains: true },
  dmesg: { complains: true },
  dpkg: { complains: false },
  find: { complains: false },
  'g++': { complains: false },
  gcc: { complains: false },
  journalctl: { complains: true },
  lsb_release: { complains: false },
  lshw: { complains: false },
  lsmod: { complains: false },
  lspci: { complains: false },
  lsusb: { complains: false },
  modinfo: { complains: false },
  mokutil: { complains: false },
  'nvidia-ctk': { complains: true },
  'nvidia-smi': { complains: true },
  systemctl: { complains: false },
  'systemd-detect-virt': { complains: false },
  uname: { complains: false },
};

export const WANTED_PROGRAMS: readonly string[] = Object.keys(PROGRAMS);

export const complains = (program: string): boolean => PROGRAMS[program]?.complains === true;

export const isWantedProgram = (program: string): boolean => Object.hasOwn(PROGRAMS, program);
