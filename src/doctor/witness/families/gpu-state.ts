/**
 * nvidia-smi's accounts of how GPUs are, pasted into a text: its table, -q, -q -x, --query forms. Read whole by the parsers that
 * read the machine's own; after them come its warnings, one line each.
 *
 *     | NVIDIA-SMI 535.86.10    Driver Version: 535.86.10    CUDA Version: 12.2     |
 *     ==============NVSMI LOG==============
 *     GPU 00000001:00:00.0
 *     <nvidia_smi_log>
 *     index, pci.bus_id, ecc.errors.uncorrected.volatile.total
 *     $ nvidia-smi --query-gpu=index,pci.bus_id --format=csv,noheader
 *     GPU 0: NVIDIA A100-SXM4-80GB (UUID: GPU-...)          nvidia-smi nvlink -s
 *             GPU0    GPU1    CPU Affinity                  nvidia-smi topo -m
 *         Remapped Rows                                     a section of -q alone
 */
import { parseGpuStates } from '../../../machine/facts/gpu/state/parse.ts';
import { SECTION } from '../../../machine/facts/gpu/state/query-text.ts';
import { familyOf, type Family } from '../family.ts';

const HEAD =
  /NVIDIA-SMI \d{3}\.|NVSMI LOG|<nvidia_smi_log|^\s{0,8}GPU [0-9A-F]{4,8}:[0-9A-F]{2}:[0-9A-F]{2}\.\d\s{0,8}$|^[a-z_.]{4,60}(?: \[\w{1,5}\])?, ?[a-z_]|nvidia-smi --query-[a-z-]{2,24}=|\(UUID: GPU-|\bGPU0\s.{1,400}CPU Affinity/;

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
      '(uuid: gpu-',
      'cpu affinity',
      'remapped rows',
      'retired pages',
      'ecc errors',
      'mig mode',
      'fabric',
      'gpu reset status',
      ' reasons',
      'gpu recovery action',
    ],
    pattern: new RegExp(`${HEAD.source}|${SECTION.source}`, 'i'),
    begins: /NVIDIA-SMI \d{3}\.|NVSMI LOG|<nvidia_smi_log/,
    says: (lines) => parseGpuStates(lines.join('\n')).map((state) => ({ kind: 'gpu-state', state })),
  },
};
