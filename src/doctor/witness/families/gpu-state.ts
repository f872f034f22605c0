/**
 * nvidia-smi's accounts of how GPUs are, pasted into a text: its table, -q, -q -x, --query forms. Read whole by the parsers that
 * read the machine's own; after them come its warnings, one line each.
 *
 *     | NVIDIA-SMI 535.86.10    Driver Version: 535.86.10    CUDA Version: 12.2     |
 *     ==============NVSMI LOG==============
 *     GPU 00000001:00:00.0
 *     <nvidia_smi_log>
 *     index, pci.bus_id, ecc.errors.uncorrected.volatile.total
 */
import { parseGpuStates } from '../../../machine/facts/gpu/state/parse.ts';
import { familyOf, type Family } from '../family.ts';

export const family: Family = {
  ...familyOf('state of a GPU', []),
  passages: {
    literal: [
      'nvidia-smi ',
      'nvsmi log',
      '<nvidia_smi_log',
      'gpu 0000',
      'pci.bus_id',
      'gpu_bus_id',
      'ecc.errors.',
      'retired_pages.',
      'compute_mode',
    ],
    pattern:
      /NVIDIA-SMI \d{3}\.|NVSMI LOG|<nvidia_smi_log|^\s{0,8}GPU [0-9A-F]{4,8}:[0-9A-F]{2}:[0-9A-F]{2}\.\d\s{0,8}$|^[a-z_.]{4,60}(?: \[\w{1,5}\])?, ?[a-z_]/i,
    begins: /NVIDIA-SMI \d{3}\.|NVSMI LOG|<nvidia_smi_log/,
    says: (lines) => parseGpuStates(lines.join('\n')).map((state) => ({ kind: 'gpu-state', state })),
  },
};
