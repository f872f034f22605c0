/** Where a row of a table was read, as short as it can be said: "https://docs.nvidia.com/... and 2 more". */
export function firstSource(sources: string): string {
  const [first = '', ...more] = sources.split('; ');
  return more.length === 0 ? first : `${first} and ${more.length} more`;
}
