/** How GPUs are, read from each form of nvidia-smi's output; a value that is not there is never a fault. */
import { describe, expect, it } from 'vitest';
import { joinStates, parseGpuStates } from '../../../../src/machine/facts/gpu/state/parse.ts';

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
      computeProcesses: null,
    });
    expect(second).toMatchObject({ mig: false, volatileUncorrected: 2, computeProcesses: 1 });
  });

  it('is read in the form of ten years ago, and behind a quote sign', () => {
    const quoted = OLD_TABLE.replace(/^/gm, '> ');
    for (const text of [OLD_TABLE, quoted]) {
      expect(parseGpuStates(text)).toMatchObject([
        {
          name: 'Tesla K40m',
          computeMode: 'exclusive-process',
          volatileUncorrected: null,
          computeProcesses: 1,
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
    expect(parseGpuStates(lost)[0]!.unreadable).toEqual(['health']);
  });
});

describe('the query', () => {
  it('gives counters, what is pending, reasons and modes', () => {
    expect(parseGpuStates(QUERY)).toMatchObject([
      {
        busId: '01:00.0',
        mig: null,
        recoveryAction: 'Reset',
        slowedBy: ['hw_slowdown', 'hw_thermal_slowdown'],
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
        slowedBy: ['sw_power_cap'],
        volatileUncorrected: 8,
        retiredPages: { double: null },
        remappedRows: { pending: false, failed: true },
      },
    ]);
  });

  it('takes nothing from XML that is cut off', () => {
    expect(parseGpuStates(XML.slice(0, 600))).toEqual([]);
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
        slowedBy: ['hw_slowdown'],
      },
      { index: 1, volatileUncorrected: null, computeMode: 'default', slowedBy: [] },
    ]);
  });
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
