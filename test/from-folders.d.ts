/** By layer and code: `hardware/no-nvidia-gpu`. */
declare module 'modules:test/doctor/fixtures:fixtures' {
  const fixtures: Readonly<Record<string, import('./doctor/fixture-kinds.ts').Fixtures>>;
  export default fixtures;
}
/** By name. */
declare module 'modules:src/cli/commands:summary' {
  const summaries: Readonly<Record<string, string>>;
  export default summaries;
}
