/** The environment of a recipe's script: what it needs of the caller's, and nothing that would change a build. */
import { PROXY_VARIABLES } from '../http/proxy-variables.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** CC, CFLAGS, MAKEFLAGS, CPATH, LIBRARY_PATH, NVCC_PREPEND_FLAGS, ... of the caller are what these lists keep out. */
const KEPT: ReadonlySet<string> = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'TZ',
  'CUDA_VISIBLE_DEVICES',
  'CUDA_DEVICE_ORDER',
  'NVIDIA_VISIBLE_DEVICES',
  'NVIDIA_DRIVER_CAPABILITIES',
  ...PROXY_VARIABLES.map((name) => name.toUpperCase()),
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'NODE_EXTRA_CA_CERTS',
]);

const FALLBACK_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** @param temporary an empty folder of the script's own */
export function cleanEnvironment(env: Environment, temporary: string): Record<string, string> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && KEPT.has(entry[0].toUpperCase()),
  );
  return {
    PATH: FALLBACK_PATH,
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    TMPDIR: temporary,
    // Compiled kernels would be kept in the user's home otherwise.
    CUDA_CACHE_PATH: `${temporary}/cuda-cache`,
  };
}
