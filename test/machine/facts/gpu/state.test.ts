/** How GPUs are, read from each form of nvidia-smi's output; a value that is not there is never a fault. */
import { describe, expect, it } from 'vitest';
import { collectFacts } from '../../../../src/machine/facts/collect.ts';
import { snapshotMachine } from '../../../../src/machine/snapshot/snapshot.ts';
import {
  joinStates,
  parseGpuStates,
  readingsIn,
  statesOf,
} from '../../../../src/machine/facts/gpu/state/parse.ts';

const TABLE = `
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI 550.90.07              Driver Version: 550.90.07      CUDA Version: 12.4     |
|-----------------------------------------+------------------------+----------------------+
|   0  NVIDIA A100-SXM4-40GB          On  |   00000000:07:00.0 Off |                    0 |
| N/A   35C    P0             63W /  400W |      74MiB /  40960MiB |      0%   E. Process |
|                                         |                        |              Enabled |
+-----------------------------------------+------------------------+----------------------+
|   1  NVIDIA A100-SXM4-40GB          On  |   00000000:0F:00.0 Off |                    2 |
| N/A   35C    P0             63W /  400W |   40900MiB /  40960MiB |     99%      Default |
|                                         |                        |             Disabled |
+-----------------------------------------+------------------------+----------------------+
| MIG devices:                                                                            |
|  No MIG devices found                                                                   |
+-----------------------------------------------------------------------------------------+
| Processes:                                                                              |
|    1   N/A  N/A      1534      C   python                                      40000MiB |
+-----------------------------------------------------------------------------------------+`;

const OLD_TABLE = `
|   0  Tesla K40m          On   | 0000:04:00.0     Off |                  Off |
| N/A   35C    P0    63W / 235W |     74MiB / 11439MiB |      0%   E. Process |
+-------------------------------+----------------------+----------------------+
| Processes:                                                       GPU Memory |
|    0     26617      C   python                                       70MiB |`;

const QUERY = `
Attached GPUs                             : 1
GPU 00000000:01:00.0
    Product Name                          : NVIDIA L4
    MIG Mode
        Current                           : N/A
    GPU Recovery Action                   : Reset
    Clocks Event Reasons
        Idle                              : Not Active
        HW Slowdown                       : Active
            HW Thermal Slowdown           : Active
            HW Power Brake Slowdown       : Not Active
    Compute Mode                          : Prohibited
    ECC Errors
        Volatile
            SRAM Uncorrectable Parity     : 1
            SRAM Uncorrectable SEC-DED    : 2
            DRAM Correctable              : 50
            DRAM Uncorrectable            : 4
        Aggregate
            DRAM Uncorrectable            : 9
            SRAM Threshold Exceeded       : Yes
    Retired Pages
        Single Bit ECC                    : 60
        Double Bit ECC                    : 5
        Pending Page Blacklist            : Yes
    Remapped Rows
        Uncorrectable Error               : 3
        Pending                           : Yes
        Remapping Failure Occurred        : No
    Fabric
        State                             : In Progress
        Status                            : N/A
    Processes                             : None

Something else                            : Yes`;

const XML = `<?xml version="1.0" ?>
<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">
<nvidia_smi_log>
	<driver_version>575.51.02</driver_version>
	<gpu id="00000000:01:00.0">
		<product_name>NVIDIA &amp; L4</product_name>
		<mig_mode><current_mig>Enabled</current_mig></mig_mode>
		<mig_devices>
			None
		</mig_devices>
		<gpu_recovery_action>None</gpu_recovery_action>
		<clocks_event_reasons><clocks_event_reason_sw_power_cap>Active</clocks_event_reason_sw_power_cap></clocks_event_reasons>
		<retired_pages><double_bit_retirement><retired_count>N/A</retired_count></double_bit_retirement></retired_pages>
		<remapped_rows><remapped_row_pending>No</remapped_row_pending><remapped_row_failure>Yes</remapped_row_failure></remapped_rows>
		<ecc_errors><volatile><dram_uncorrectable>7</dram_uncorrectable><sram_uncorrectable_secded>1</sram_uncorrectable_secded></volatile></ecc_errors>
	</gpu>
</nvidia_smi_log>`;

const NEW_TEXT = `
GPU 00000000:01:00.0
    Performance State                     : P5
    PCI
        GPU Link Info
            PCIe Generation
                Max                       : 4
                Current                   : 2
                Device Current            : 2
                Device Max                : 4
                Host Max                  : 4
            Link Width
                Max                       : 16x
                Current                   : 8x
    Utilization
        Gpu                               : 30 %
    GPU Power Readings
        Average Power Draw                : 11.15 W
        Instantaneous Power Draw          : 11.26 W
        Current Power Limit               : 90.00 W
        Requested Power Limit             : 95.00 W
        Default Power Limit               : 55.00 W
    GPU Memory Power Readings
        Average Power Draw                : N/A
    Processes
        GPU instance ID                   : N/A
        Compute instance ID               : N/A
        Process ID                        : 1802
            Type                          : G
            Name                          : /run/sw/bin/Hyprland
            Used GPU Memory               : 1448 MiB
        GPU instance ID                   : N/A
        Compute instance ID               : N/A
        Process ID                        : 1890
            Type                          : C+G
            Name                          : python train.py
            Used GPU Memory               : N/A`;

const OLD_TEXT = `
GPU 0000:02:00.0
    Power Readings
        Power Management                  : Supported
        Power Draw                        : 9.82 W
        Power Limit                       : 250.00 W
        Default Power Limit               : 250.00 W
        Enforced Power Limit              : 200.00 W
    Compute Processes                     : None`;

const NEW_XML = `<nvidia_smi_log><gpu id="00000000:01:00.0">
<performance_state>P5</performance_state>
<pci><pci_gpu_link_info><pcie_gen><max_link_gen>4</max_link_gen><current_link_gen>2</current_link_gen></pcie_gen>
<link_widths><max_link_width>16x</max_link_width><current_link_width>8x</current_link_width></link_widths></pci_gpu_link_info></pci>
<utilization><gpu_util>30 %</gpu_util></utilization>
<gpu_power_readings><average_power_draw>11.15 W</average_power_draw><instant_power_draw>11.26 W</instant_power_draw>
<current_power_limit>90.00 W</current_power_limit><requested_power_limit>95.00 W</requested_power_limit>
<default_power_limit>55.00 W</default_power_limit></gpu_power_readings>
<processes><process_info><pid>1802</pid><type>G</type><process_name>/run/sw/bin/Hyprland</process_name><used_memory>1448 MiB</used_memory></process_info>
<process_info><pid>1890</pid><type>C</type><process_name>python train.py</process_name><used_memory>N/A</used_memory></process_info></processes>
</gpu></nvidia_smi_log>`;

describe('the table', () => {
  it('gives mode, memory, MIG, errors and who holds a GPU', () => {
    const [first, second] = parseGpuStates(TABLE);
    expect(first).toMatchObject({
      index: 0,
      busId: '07:00.0',
      persistence: true,
      computeMode: 'exclusive-process',
      mig: true,
      migInstances: 0,
      volatileUncorrected: 0,
      temperature: 35,
      memory: { usedMiB: 74, totalMiB: 40_960 },
      processes: null,
      performanceState: 'P0',
      utilization: 0,
      power: { draw: 63, limit: null, enforced: 400, default: null },
    });
    expect(second).toMatchObject({
      mig: false,
      volatileUncorrected: 2,
      processes: [{ pid: 1534, computes: true, name: 'python', usedMiB: 40_000 }],
    });
  });

  it('is read in the form of ten years ago, and behind a quote sign', () => {
    const quoted = OLD_TABLE.replace(/^/gm, '> ');
    for (const text of [OLD_TABLE, quoted]) {
      expect(parseGpuStates(text)).toMatchObject([
        {
          name: 'Tesla K40m',
          computeMode: 'exclusive-process',
          volatileUncorrected: null,
          processes: [{ pid: 26_617, computes: true, name: 'python', usedMiB: 70 }],
          performanceState: 'P0',
          power: { draw: 63, enforced: 235 },
        },
      ]);
    }
  });

  it('counts MIG instances by GPU', () => {
    const divided = TABLE.replace(
      '|  No MIG devices found                                                                   |',
      '|  0    7   0   0  |      6MiB /  9984MiB | 14      0 |  1   0    0    0    0 |\n|  0    9   0   1  |      6MiB /  9984MiB | 14      0 |  1   0    0    0    0 |',
    );
    expect(parseGpuStates(divided)[0]!.migInstances).toBe(2);
  });

  it('names what the driver could not read', () => {
    const lost = OLD_TABLE.replace('| N/A   35C    P0    63W / 235W |', '|ERR!  ERR! ERR!   ERR! / ERR! |');
    expect(parseGpuStates(lost)[0]!.unreadable).toEqual(['fan', 'temperature', 'performance_state', 'power']);
  });
});

describe('the query', () => {
  it('gives counters, what is pending, reasons and modes', () => {
    expect(parseGpuStates(QUERY)).toMatchObject([
      {
        busId: '01:00.0',
        mig: null,
        recoveryAction: 'Reset',
        clockReasons: ['hw_slowdown', 'hw_thermal_slowdown'],
        computeMode: 'prohibited',
        volatileUncorrected: 7,
        aggregateUncorrected: 9,
        sramThresholdExceeded: true,
        retiredPages: { single: 60, double: 5, pending: true },
        remappedRows: { uncorrectable: 3, pending: true, failed: false },
        fabric: { state: 'In Progress', status: null },
      },
    ]);
  });

  it('gives the same from XML', () => {
    expect(parseGpuStates(XML)).toMatchObject([
      {
        busId: '01:00.0',
        name: 'NVIDIA & L4',
        mig: true,
        migInstances: 0,
        recoveryAction: 'None',
        clockReasons: ['sw_power_cap'],
        volatileUncorrected: 8,
        retiredPages: { double: null },
        remappedRows: { pending: false, failed: true },
      },
    ]);
  });

  it('takes from XML that is cut off what stands before', () => {
    expect(parseGpuStates(XML.slice(0, XML.indexOf('Active')))).toMatchObject([
      { busId: '01:00.0', name: 'NVIDIA & L4', mig: true, clockReasons: null },
    ]);
  });

  it('tells link, power and programs of every form of the query', () => {
    const state = {
      performanceState: 'P5',
      utilization: 30,
      power: { draw: 11.26, limit: 95, enforced: 90, default: 55 },
      pcie: { generation: { now: 2, most: 4 }, width: { now: 8, most: 16 } },
      processes: [
        { pid: 1802, computes: false, name: 'Hyprland', usedMiB: 1448 },
        { pid: 1890, computes: true, name: 'python', usedMiB: null },
      ],
    };
    expect(parseGpuStates(NEW_TEXT)).toMatchObject([state]);
    expect(parseGpuStates(NEW_XML)).toMatchObject([state]);
    const csv =
      'pci.bus_id, pstate, utilization.gpu [%], power.draw [W], power.limit [W], enforced.power.limit [W], power.default_limit [W], pcie.link.gen.current, pcie.link.gen.max, pcie.link.width.current, pcie.link.width.max\n' +
      '00000000:01:00.0, P5, 30 %, 11.26 W, 95.00 W, 90.00 W, 55.00 W, 2, 4, 8, 16\n\n' +
      'gpu_bus_id, pid, process_name, used_gpu_memory [MiB]\n' +
      '00000000:01:00.0, 1890, /usr/bin/python, [N/A]\n';
    expect(parseGpuStates(csv)).toMatchObject([{ ...state, processes: [state.processes[1]] }]);
  });

  it('gives old drivers their own names', () => {
    expect(parseGpuStates(OLD_TEXT)).toMatchObject([
      { power: { draw: 9.82, limit: 250, enforced: 200, default: 250 }, processes: [] },
    ]);
  });

  it('reads the mask of clock reasons, and names none that is unknown', () => {
    const csv =
      'index, clocks_event_reasons.active\n0, 0x00000000000000A4\n1, 0x0000000000001000\n2, [N/A]\n';
    expect(parseGpuStates(csv).map(({ clockReasons }) => clockReasons)).toEqual([
      ['sw_power_cap', 'sw_thermal_slowdown', 'hw_power_brake_slowdown'],
      [],
      null,
    ]);
  });

  it('is read as columns', () => {
    const csv =
      'index, pci.bus_id, ecc.errors.uncorrected.volatile.total, compute_mode, memory.used [MiB], clocks_event_reasons.hw_slowdown\n' +
      '0, 00000000:01:00.0, 2, Exclusive_Process, 512 MiB, Active\n1, 00000000:02:00.0, [N/A], Default, 1 MiB, Not Active\n';
    expect(parseGpuStates(csv)).toMatchObject([
      {
        index: 0,
        volatileUncorrected: 2,
        computeMode: 'exclusive-process',
        memory: { usedMiB: 512 },
        clockReasons: ['hw_slowdown'],
      },
      { index: 1, volatileUncorrected: null, computeMode: 'default', clockReasons: [] },
    ]);
  });
});

describe('which GPU a line is of', () => {
  it('is not told by its place in a list of retired pages', () => {
    const csv =
      'gpu_bus_id, retired_pages.address, retired_pages.cause\n00000000:07:00.0, 0x1, Double Bit ECC\n00000000:07:00.0, 0x2, Double Bit ECC\n';
    expect(parseGpuStates(csv)).toMatchObject([{ busId: '07:00.0', index: null }]);
  });

  it('is not told by its place in the output about one GPU', async () => {
    const stdout = 'GPU 00000000:07:00.0\n    Compute Mode                      : Default\n';
    const machine = snapshotMachine(
      {
        format: 'gpu-setup/snapshot@1',
        commands: [{ argv: ['nvidia-smi', '-q', '-i', '3'], exit: 0, stdout }],
      },
      'x',
    );
    const { gpuStates } = await collectFacts(machine);
    expect(gpuStates).toMatchObject({ value: [{ busId: '07:00.0', index: null, computeMode: 'default' }] });
  });
});

describe('a query without its line of names', () => {
  it('takes them from the prompt above it', () => {
    const paste =
      'me@host:~$ nvidia-smi --query-gpu=index,pci.bus_id,memory.used --format=csv,noheader,nounits\n' +
      '0, 00000000:01:00.0, 512\nWARNING: infoROM is corrupted at gpu 0000:01:00.0\ndone\n1, 2, 3\n';
    expect(parseGpuStates(paste)).toMatchObject([
      { index: 0, busId: '01:00.0', infoRom: 'corrupted', memory: { usedMiB: 512 } },
    ]);
  });

  it('takes them from the command that was recorded', () => {
    const states = statesOf(readingsIn('WARNING: something\nNVIDIA L4\nNVIDIA T4\n', ['name']));
    expect(states).toMatchObject([
      { index: 0, name: 'NVIDIA L4' },
      { index: 1, name: 'NVIDIA T4' },
    ]);
  });

  it('says nothing where the names are not known', () => {
    expect(parseGpuStates('0, 00000000:01:00.0, 512\n')).toEqual([]);
  });
});

describe('a GPU that nvidia-smi cannot open', () => {
  const line = (whom: string, reason: string): string =>
    `Unable to determine the device handle for ${whom}: ${reason}\n`;

  it.each([
    ['GPU 0000:02:00.0', null, '02:00.0'],
    ['GPU0000:02:00.0', null, '02:00.0'],
    ['GPU3: 0000:02:00.0', 3, '02:00.0'],
    ['GPU2', 2, null],
    ['gpu 00000001:02:00.0', null, '0001:02:00.0'],
  ])('is named as %s', (whom, index, busId) => {
    expect(parseGpuStates(line(whom, 'Unknown Error'))).toMatchObject([
      { index, busId, failure: 'no-handle', unreadable: [] },
    ]);
  });

  it.each([
    ['GPU is lost.  Reboot the system to recover this GPU', 'lost'],
    ['GPU requires reset.', 'reset-required'],
    ['Insufficient External Power', 'no-power'],
    ['The NVIDIA kernel module detected an issue with GPU interrupts.Consult', 'no-interrupts'],
    ['Not Found', 'no-handle'],
  ])('for the reason "%s"', (reason, failure) => {
    expect(parseGpuStates(line('GPU 0000:02:00.0', reason))).toMatchObject([{ failure }]);
  });

  it('is nobody where the caller may not', () => {
    expect(parseGpuStates(line('GPU 0000:02:00.0', 'Insufficient Permissions'))).toEqual([]);
  });

  it('is lost in a row of columns, and has no address there; in a table it has', () => {
    const csv = 'index, name, pci.bus_id\n0, NVIDIA L4, 00000000:01:00.0\n1, [GPU is lost], [GPU is lost]\n';
    expect(parseGpuStates(csv)).toMatchObject([
      { failure: null },
      { index: 1, busId: null, failure: 'lost' },
    ]);
    const row =
      '|   1  Tesla K40m          On   | 0000:04:00.0     Off |                  Off |\n|ERR!  ERR! ERR!   ERR! / ERR! |        GPU is lost   |    ERR!         ERR! |\n';
    expect(parseGpuStates(row)).toMatchObject([{ busId: '04:00.0', failure: 'lost' }]);
  });
});

describe('links between GPUs', () => {
  it('are read with their errors', () => {
    const text =
      'GPU 0: NVIDIA A100-SXM4-80GB (UUID: GPU-fde0a018-ad1a-bbec-ccf6-50a9f64bd178)\n\t Link 0: 25 GB/s\n\t Link 1: <inactive>\n' +
      'GPU 0: NVIDIA A100-SXM4-80GB\n\t Link 1: Replay Errors: 2\n\t Link 1: Recovery Errors: 0\n\t Link 1: CRC Errors: 3\n';
    expect(parseGpuStates(text)).toMatchObject([
      {
        index: 0,
        nvlinks: [
          { link: 0, active: true, errors: null },
          { link: 1, active: false, errors: 5 },
        ],
      },
    ]);
  });

  it('are read from the topology, underlined or not', () => {
    for (const [on, off] of [
      ['', ''],
      ['\u001b[4m', '\u001b[0m'],
    ])
      expect(
        parseGpuStates(
          `\t${on}GPU0\tGPU1\tNIC0\tCPU Affinity${off}\nGPU0\t X \tNV12\tSYS\t0-31\nGPU1\tNV12\t X \tNODE\t0-31\nNIC0\tSYS\tNODE\t X\n`,
        ),
      ).toMatchObject([
        { index: 0, peers: [{ index: 1, path: 'NV12' }] },
        { index: 1, peers: [{ index: 0, path: 'NV12' }] },
      ]);
  });
});

it('finds the GPU of programs that are listed by its UUID alone', () => {
  const text =
    'index, uuid, pci.bus_id\n0, GPU-11111111-2222, 00000000:01:00.0\n1, GPU-33333333-4444, 00000000:02:00.0\n\n' +
    'gpu_uuid, pid, process_name, used_memory [MiB]\nGPU-33333333-4444, 77, python, 5 MiB\nGPU-33333333-4444, 78, python, 6 MiB\n';
  expect(parseGpuStates(text)).toMatchObject([
    { index: 0, processes: null },
    { index: 1, busId: '02:00.0', processes: [{ pid: 77 }, { pid: 78 }] },
  ]);
});

it('joins what two outputs say of one GPU, and keeps what is said of others', () => {
  const [table] = parseGpuStates(TABLE.replace('00000000:07:00.0', '00000000:01:00.0'));
  const joined = joinStates([table!], parseGpuStates(QUERY));
  expect(joined).toHaveLength(1);
  expect(joined[0]).toMatchObject({ computeMode: 'exclusive-process', recoveryAction: 'Reset' });
  expect(joinStates(parseGpuStates(TABLE), parseGpuStates(QUERY))).toHaveLength(3);
});

it('takes ordinary text for no state of a GPU', () => {
  for (const text of ['', 'name, age\nbob, 3\n', 'loss, step.time\n', 'GPU 0: NVIDIA L4 (UUID: GPU-1)'])
    expect(parseGpuStates(text)).toEqual([]);
});
