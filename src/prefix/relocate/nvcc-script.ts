/** bin/nvcc: the shell script that names a host compiler and starts the real nvcc. Its text: shell/nvcc.sh. */
import files from 'assets:src/prefix/relocate/shell';
import { PACKAGED_GCC } from '../../compat/distro-gcc.ts';

/**
 * @param cuda "11.8.89"; messages name the first two numbers
 * @param newestGcc ceiling of the installed host_config.h; null: the header does not say
 */
export function nvccScript(cuda: string, newestGcc: number | null): string {
  const values: Readonly<Record<string, string>> = {
    CUDA: /^\d+(?:\.\d+)?/.exec(cuda)?.[0] ?? '',
    NEWEST_GCC: newestGcc === null ? '' : String(newestGcc),
    PACKAGED: PACKAGED_GCC.map(
      ({ codename, title, gcc }) => `  ${codename}) title='${title}' packaged='${gcc.join(' ')}' ;;`,
    ).join('\n'),
  };
  return files['nvcc.sh']!.replace(/@([A-Z_]+)@/g, (_, name: string) => values[name]!);
}
