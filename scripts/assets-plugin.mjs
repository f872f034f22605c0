// One virtual module per folder of data files: `assets:recipes` is { 'cuda10/recipe.yaml': '...', ... }.
// The same reader serves esbuild (the shipped program) and vitest, so that both see the same bytes.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const PREFIX = 'assets:';

export function readFolder(root, folder) {
  const files = {};
  const walk = (dir) => {
    for (const entry of readdirSync(dir, { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (!entry.name.startsWith('.'))
        files[relative(join(root, folder), path)] = readFileSync(path, 'utf8');
    }
  };
  walk(join(root, folder));
  return files;
}

export function esbuildAssets(root) {
  return {
    name: 'assets',
    setup(build) {
      build.onResolve({ filter: /^assets:/ }, (args) => ({
        path: args.path.slice(PREFIX.length),
        namespace: 'assets',
      }));
      build.onLoad({ filter: /.*/, namespace: 'assets' }, (args) => ({
        contents: JSON.stringify(readFolder(root, args.path)),
        loader: 'json',
      }));
    },
  };
}

export function viteAssets(root) {
  return {
    name: 'assets',
    enforce: 'pre',
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : undefined),
    load: (id) =>
      id.startsWith(`\0${PREFIX}`)
        ? `export default ${JSON.stringify(readFolder(root, id.slice(PREFIX.length + 1)))}`
        : undefined,
  };
}
