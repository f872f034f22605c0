/** Recipes of a user's or a project's own, as folders. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** @returns the folder */
export function writeRecipe(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    chmodSync(join(folder, path), 0o644);
  }
  return folder;
}

export const BUILD_SECTION = `build:
  compiles: false
  timeLimitMinutes: 1
  diskMegabytes: 1
  sources: [{ kind: packages, id: own, title: Own files, version: "1" }]
`;
