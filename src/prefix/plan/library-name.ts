/** What a library or tool is called, whoever packages it: one word for its runtime, development and static packages. */

/**
 * "cublas" of libcublas-11-8, libcublas-dev-11-8, libcublas10 and cuda-cublas-dev-10-0; "nvcc" of cuda-nvcc-13-4.
 *
 * @param suffix what ends the names of the release's own packages; null where names carry none
 */
export function libraryName(packageName: string, suffix: string | null): string {
  const own =
    suffix !== null && packageName.endsWith(suffix) ? packageName.slice(0, -suffix.length) : packageName;
  // Collections that are named after themselves: nvidia-cuda-toolkit, nvidia-cuda-dev.
  if (own.startsWith('nvidia-')) return own;
  const bare = own
    .replace(/-(?:dev|static|headers)(?=-|$)/, '')
    .replace(/-cuda-\d+$/, '')
    .replace(/^(?:cuda-|lib)/, '');
  const name = bare.replace(/-?\d+(?:\.\d+)*$/, '');
  return name === '' ? own : name;
}
