// What scripts/from-folders-plugin.mjs makes of folders of the repository.

/** The text files of one folder, by path below it. */
declare module 'assets:*' {
  const files: Readonly<Record<string, string>>;
  export default files;
}
/** A module and all it imports, as one text: what a thread is started with. */
declare module 'worker-script:*' {
  const text: string;
  export default text;
}
/** A file of a package that the build takes: its bytes. */
declare module 'package-file:*' {
  const bytes: Uint8Array;
  export default bytes;
}
/** Where a file of a package that the build takes lies at run time. */
declare module 'package-path:*' {
  const path: string;
  export default path;
}
/** In a worker's script: the file's bytes. */
declare module '*.wasm' {
  const bytes: Uint8Array;
  export default bytes;
}
/** A JSON file's text: many rows, which most runs of the program never ask for, are parsed on the first question. */
declare module 'json-text:*' {
  const text: string;
  export default text;
}
/** Packages that take milliseconds to start, for what most runs do without. */
declare module 'on-demand:string-width' {
  const load: () => typeof import('string-width').default;
  export default load;
}
declare module 'on-demand:commander' {
  const load: () => typeof import('commander');
  export default load;
}
declare module 'on-demand:semver' {
  const load: () => typeof import('semver');
  export default load;
}
declare module 'on-demand:@renovatebot/pep440' {
  const load: () => typeof import('@renovatebot/pep440');
  export default load;
}
/** By layer and code: `hardware/no-nvidia-gpu`. */
declare module 'modules:src/doctor/diagnoses:diagnosis' {
  const diagnoses: Readonly<Record<string, import('./doctor/types.ts').DiagnosisDefinition>>;
  export default diagnoses;
}
/** By name. */
declare module 'modules:src/doctor/witness/families:family' {
  const families: Readonly<Record<string, import('./doctor/witness/family.ts').Family>>;
  export default families;
}
/** By name. */
declare module 'lazy-modules:src/cli/commands:command' {
  const commands: Readonly<
    Record<string, { summary: string; load(): Promise<import('./cli/command.ts').CommandDefinition> }>
  >;
  export default commands;
}
/** By family of packages: where the members of its packages go. */
declare module 'tables:src/prefix/layout/rules' {
  const layouts: Readonly<
    Record<string, { rules: readonly import('./prefix/layout/rule-matcher.ts').PlaceRule[] }>
  >;
  export default layouts;
}
/** By family of packages: its CUDA releases. */
declare module 'tables:src/compat/data/releases' {
  const tables: Readonly<Record<string, import('./compat/releases.ts').ReleaseTable>>;
  export default tables;
}
/** The program's own version, from package.json. */
declare const __VERSION__: string;
/** What it was built from; null where that was no clone. */
declare const __COMMIT__: string | null;
