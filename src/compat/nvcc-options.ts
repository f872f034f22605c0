/** From which CUDA on nvcc knows an option. Data: data/nvcc-options.json. */
import table from './data/nvcc-options.json' with { type: 'json' };

/**
 * @param option with or without dashes, with or without a value: "--threads", "static-global-template-stub=false", "std=c++17"
 * @returns "11.2"; null: not known, or no option of nvcc's
 */
export function cudaKnowingOption(option: string): string | null {
  const [name, value] = option.replace(/^-{1,2}/, '').split('=', 2) as [string, string?];
  const row = table.rows.find(
    ({ options, values }) =>
      options.includes(name) && (values === null || (value !== undefined && values.includes(value))),
  );
  return row?.since ?? null;
}
