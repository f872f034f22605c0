// Writes dist/release.json: what belongs to a release, for the executables that lie in dist. Signed beside it by whoever
// holds the key for releases, it is what `gpu-setup self update` checks:
//
//   npm run build:binary && node scripts/release.mjs && gpg --armor --detach-sign dist/release.json
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const files = {};
for (const name of readdirSync(dist).sort()) {
  const system = /^gpu-setup-(linux-\w+)$/.exec(name)?.[1];
  if (system === undefined) continue;
  const bytes = readFileSync(join(dist, name));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  files[system] = { name, size: bytes.length, sha256 };
}
if (Object.keys(files).length === 0) {
  process.stderr.write('dist holds no executable: npm run build:binary makes it\n');
  process.exitCode = 1;
} else {
  const release = { schema: 'gpu-setup/release@1', version, files };
  writeFileSync(join(dist, 'release.json'), `${JSON.stringify(release, null, 2)}\n`);
}
