/**
 * Which GPUs an installed framework has code for, from the fat binaries of its own libraries. NVIDIA's libraries that lie beside them
 * have code of their own for more GPUs; JAX and XLA compile for the GPU that they find.
 */
import type { FrameworkName } from '../../../compat/frameworks.ts';
import type { InstalledFramework } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { namesIn } from '../recorded.ts';

/** Where its kernels lie, below the folder of packages; names as its releases have had them. */
interface Place {
  folder: string;
  libraries: RegExp;
}

const PLACES: Readonly<Partial<Record<FrameworkName, readonly Place[]>>> = {
  torch: [{ folder: 'torch/lib', libraries: /^lib(?:torch|caffe2|c10|ATen|THC)\w{0,40}\.so(?:\.\d+)?$/ }],
  tensorflow: [
    { folder: 'tensorflow', libraries: /^libtensorflow_(?:cc|framework)\.so(?:\.\d+)?$/ },
    { folder: 'tensorflow/python', libraries: /^_pywrap_tensorflow_internal\.so$/ },
  ],
  onnxruntime: [{ folder: 'onnxruntime/capi', libraries: /^libonnxruntime_providers_cuda\.so$/ }],
  bitsandbytes: [{ folder: 'bitsandbytes', libraries: /^libbitsandbytes_cuda\d{2,3}\.so$/ }],
  'flash-attn': [{ folder: '.', libraries: /^flash_attn_\w{1,40}cuda[\w.-]{0,80}\.so$/ }],
  vllm: [{ folder: 'vllm', libraries: /^_(?:moe_)?C\.[\w.-]{0,80}so$/ }],
};

/** Null where no library of it has code for a GPU, or one could not be read. */
export async function codeOf(
  machine: Machine,
  framework: FrameworkName,
  packages: string,
): Promise<InstalledFramework['architectures']> {
  const machineCode = new Set<string>();
  const ptx = new Set<string>();
  let from: string | null = null;
  for (const { folder, libraries } of PLACES[framework] ?? [])
    for (const name of (await namesIn(machine, `${packages}/${folder}`)) ?? []) {
      if (!libraries.test(name)) continue;
      const path = folder === '.' ? `${packages}/${name}` : `${packages}/${folder}/${name}`;
      const code = await machine.gpuCode(path);
      // What one library lacks another may have: without it nothing is known of the whole.
      if (code.state !== 'present') return null;
      if (code.value.machineCode.length + code.value.ptx.length === 0) continue;
      from ??= path;
      for (const one of code.value.machineCode) machineCode.add(one);
      for (const one of code.value.ptx) ptx.add(one);
    }
  return from === null ? null : { machine: ascending(machineCode), ptx: ascending(ptx), from };
}

const ascending = (set: ReadonlySet<string>): string[] =>
  [...set].sort((a, b) => parseFloat(a) - parseFloat(b) || a.localeCompare(b));
