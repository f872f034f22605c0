/** What of a toolkit can be asked for on its own; layout/component-rules.json says which files each has. */
export const COMPONENTS = [
  'compiler',
  'libraries',
  'runtime',
  'static',
  'cudnn',
  'profiler',
  'debugger',
  'docs',
  'nccl',
  'tensorrt',
  'host-compiler',
  'compat',
] as const;
export type Component = (typeof COMPONENTS)[number];
