// npm runs it around packing: `strip` before, `restore` afterwards. The package is whole in dist/: whoever installs it needs
// none of the dependencies, which are what the launcher's build takes. npm packs the package.json that lies here at that
// moment and has no setting for another, so it is exchanged for so long.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PUBLISHED = ['name', 'version', 'description', 'license', 'type', 'bin', 'files', 'engines', 'os'];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const manifest = join(root, 'package.json');
const whole = join(root, '.package.json.whole');

// Also before a strip: an npm that was killed while it packed left the whole one aside.
if (existsSync(whole)) renameSync(whole, manifest);

if (process.argv[2] === 'strip') {
  const text = readFileSync(manifest, 'utf8');
  const published = Object.fromEntries(
    Object.entries(JSON.parse(text)).filter(([key]) => PUBLISHED.includes(key)),
  );
  writeFileSync(`${whole}.new`, text);
  renameSync(`${whole}.new`, whole);
  writeFileSync(`${manifest}.new`, `${JSON.stringify(published, null, 2)}\n`);
  renameSync(`${manifest}.new`, manifest);
}
