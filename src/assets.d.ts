/** The text files of one folder of the repository, by path below it; inlined by scripts/assets-plugin.mjs. */
declare module 'assets:*' {
  const files: Readonly<Record<string, string>>;
  export default files;
}
/** The program's own version, from package.json. */
declare const __VERSION__: string;
