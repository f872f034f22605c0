// Virtual modules made of what lies in a folder of the repository, so that nothing has to be listed anywhere:
//
//   assets:recipes                               { 'cuda10/recipe.yaml': '...', ... }   the files' text
//   json-text:FILE (without its .json)           '{"groups":...}'                       its text, to be parsed on the first question
//   tables:src/compat/data/releases              { nvidia: {...}, ... }                 what the JSON files hold
//   modules:src/doctor/diagnoses:diagnosis       { 'apt/disk-full': ..., ... }          an export of each module
//   lazy-modules:src/cli/commands:command        { build: { summary, load() }, ... }    the same, loaded when asked for
//   worker-script:src/formats/archive/workers/worker.ts    'const ...'           a module and all it imports, as one script
//   package-file:node-liblzma/prebuilds/...      bytes           a file of a package, whatever the package exports
//   package-path:node-liblzma/prebuilds/...      '/...'          where a file of a package lies, which the build puts beside the chunks
//   on-demand:string-width                       () => the package's default export     run when first called
//
// One reader serves esbuild (the shipped program) and vitest, so that both see the same. The order is that of the paths.
import { buildSync } from 'esbuild';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

const VIRTUAL =
  /^(assets|json-text|tables|modules|lazy-modules|on-demand|worker-script|package-file|package-path):/;

/** @param beside is given the files that have to lie beside the chunks */
export function esbuildFromFolders(root, beside = new Set()) {
  return {
    name: 'from-folders',
    setup(build) {
      // Modules of the runtime that the executable is compiled with; under Node nothing asks for them.
      build.onResolve({ filter: /^bun:/ }, ({ path }) => ({ path, external: true }));
      build.onResolve({ filter: VIRTUAL }, ({ path }) => ({ path, namespace: 'from-folders' }));
      build.onLoad({ filter: /.*/, namespace: 'from-folders' }, ({ path }) => ({
        contents: sourceOf(root, path, bundled(beside)),
        loader: 'js',
        resolveDir: root,
      }));
    },
  };
}

export function viteFromFolders(root) {
  return {
    name: 'from-folders',
    enforce: 'pre',
    resolveId: (id) => (VIRTUAL.test(id) ? `\0${id}` : undefined),
    load: (id) =>
      id.startsWith('\0') && VIRTUAL.test(id.slice(1)) ? sourceOf(root, id.slice(1)) : undefined,
  };
}

/** Some packages are their default export, and some have none. */
const DEFAULT_OF = "const defaultOf = (all) => ('default' in all ? all.default : all);\n";

const inPackage = (root, file) => join(root, 'node_modules', file);

/** As vitest takes it. */
const UNBUNDLED = {
  onDemand: (name) => `import * as all from ${name};\nconst load = () => defaultOf(all);\n${DEFAULT_OF}`,
  pathOf: (file) => `export default ${JSON.stringify(file)};\n`,
};
const bundled = (beside) => ({
  // What is required runs when it is asked for, and what is imported at once: vitest has no require, and no haste.
  onDemand: (name) => `const load = () => defaultOf(require(${name}));\n${DEFAULT_OF}`,
  pathOf(file) {
    beside.add(file);
    const here = `new URL(${JSON.stringify(basename(file))}, import.meta.url)`;
    return `import { fileURLToPath } from 'node:url';\nexport default fileURLToPath(${here});\n`;
  },
});

/** The source of a virtual module. */
export function sourceOf(root, specifier, { onDemand, pathOf } = UNBUNDLED) {
  const [kind, folder, name] = specifier.split(':');
  switch (kind) {
    case 'on-demand': {
      const what = specifier.slice(kind.length + 1);
      return `${onDemand(JSON.stringify(what))}export default load;\n`;
    }
    case 'package-file': {
      const bytes = readFileSync(inPackage(root, folder)).toString('base64');
      return `export default Buffer.from(${JSON.stringify(bytes)}, 'base64');\n`;
    }
    case 'package-path':
      return pathOf(inPackage(root, folder));
    case 'worker-script':
      return `export default ${JSON.stringify(scriptOf(root, folder))};\n`;
    case 'assets':
      return exporting(filesIn(root, folder).map(([path, file]) => [path, JSON.stringify(read(file))]));
    case 'json-text':
      return `export default ${JSON.stringify(JSON.stringify(tableIn(join(root, `${folder}.json`))))};\n`;
    case 'tables':
      return exporting(
        withEnding(filesIn(root, folder), '.json').map(([path, file]) => [
          path,
          JSON.stringify(tableIn(file)),
        ]),
      );
    case 'modules': {
      // By name, so that the build fails where a module lacks the export.
      const modules = withEnding(filesIn(root, folder), '.ts');
      const imports = modules.map(
        ([, file], at) => `import { ${name} as m${at} } from ${JSON.stringify(file)};\n`,
      );
      return imports.join('') + exporting(modules.map(([path], at) => [path, `m${at}`]));
    }
    case 'lazy-modules':
      return exporting(
        withEnding(filesIn(root, folder), '.ts').map(([path, file]) => [
          path,
          `{ summary: ${JSON.stringify(summaryIn(file))}, ` +
            `load: async () => (await import(${JSON.stringify(file)})).${name} }`,
        ]),
      );
  }
}

function scriptOf(root, file) {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: [file],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    external: ['bun:*'],
    loader: { '.wasm': 'binary' },
    // Of the module beside it, which it is given in the script.
    define: { 'import.meta.url': 'undefined' },
    minify: true,
    keepNames: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  return outputFiles[0].text;
}

/** [path below the folder, path], sorted; files whose name begins with a dot are left out. */
function filesIn(root, folder) {
  const files = [];
  const walk = (dir) => {
    for (const entry of readdirSync(dir, { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (!entry.name.startsWith('.')) files.push([relative(join(root, folder), path), path]);
    }
  };
  walk(join(root, folder));
  return files;
}

const read = (file) => readFileSync(file, 'utf8');

const withEnding = (files, ending) =>
  files
    .filter(([path]) => path.endsWith(ending))
    .map(([path, file]) => [path.slice(0, -ending.length), file]);

const exporting = (entries) =>
  `export default {\n${entries.map(([key, value]) => `${JSON.stringify(key)}: ${value},\n`).join('')}};\n`;

function tableIn(file) {
  try {
    return JSON.parse(read(file));
  } catch (cause) {
    throw new Error(`${file}: ${cause.message}`, { cause });
  }
}

/** `export const summary = '...'`: read, not run, since what lists the modules must not load them. */
function summaryIn(file) {
  const found = /^export const summary =\s+(?:'([^'\\\n]*)'|"([^"\\\n]*)");$/m.exec(read(file));
  if (found === null) {
    throw new Error(`${file}: no line "export const summary = '...';" without backslashes`);
  }
  return found[1] ?? found[2];
}
