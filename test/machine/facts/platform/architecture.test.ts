import { describe, expect, it } from 'vitest';
import { collectFacts } from '../../../../src/machine/facts/collect.ts';
import { SNAPSHOT_FORMAT, type Snapshot } from '../../../../src/machine/snapshot/format.ts';
import { snapshotMachine } from '../../../../src/machine/snapshot/snapshot.ts';

const machine = (snapshot: Omit<Snapshot, 'format'>) =>
  snapshotMachine({ format: SNAPSHOT_FORMAT, ...snapshot }, 'test.json');
const architectureOf = async (snapshot: Omit<Snapshot, 'format'>) =>
  (await collectFacts(machine(snapshot))).platform.architecture;

describe('the architecture of a machine', () => {
  it("is its programs', whatever the kernel is of", async () => {
    const snapshot = {
      elf: { '/bin/sh': { machine: 183 } },
      files: { '/proc/sys/kernel/osrelease': '6.8.0-40-generic\n', '/proc/sys/kernel/arch': 'x86_64\n' },
    };
    expect(await architectureOf(snapshot)).toMatchObject({ value: 'aarch64', from: { name: '/bin/sh' } });
  });

  it('is read from what somebody pasted: dpkg, uname, a kernel release, a list of packages', async () => {
    const pastes = [
      { argv: ['dpkg', '--print-architecture'], stdout: 'arm64\n' },
      { argv: ['uname', '-m'], stdout: 'aarch64\n' },
      { argv: ['uname', '-a'], stdout: 'Linux host 6.8.0-40-generic #40 SMP aarch64 GNU/Linux\n' },
      { argv: ['uname', '-r'], stdout: '6.1.0-18-arm64\n' },
      { argv: ['dpkg', '-l'], stdout: 'ii  nvidia-driver-535  535.1-0ubuntu1  arm64  driver\n' },
    ];
    for (const { argv, stdout } of pastes) {
      const answer = await architectureOf({ commands: [{ argv, stdout, exit: 0 }] });
      expect(answer, argv.join(' ')).toMatchObject({ state: 'present', value: 'aarch64' });
    }
  });

  it('is unknown where nothing tells, and not the usual one', async () => {
    expect((await architectureOf({})).state).toBe('unknown');
  });
});
