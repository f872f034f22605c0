/** What must hold of a home after anything: whatever is visible in it is whole. */
import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '../../src/base/files/tree.ts';
import { silent } from '../../src/base/events.ts';
import { valueOf } from '../../src/machine/answer.ts';
import { liveMachine } from '../../src/machine/kinds/live.ts';
import { readManifest } from '../../src/machine/records/read-prefix-manifest.ts';
import { readLock } from '../../src/prefix/home/prefix-lock.ts';
import { StoreFolder } from '../../src/prefix/home/store.ts';
import { verifyPrefix } from '../../src/prefix/home/verify.ts';

/** What is wrong, in words; empty: everything that can be seen is whole. */
export async function flawsOf(home: string): Promise<string[]> {
  const flaws: string[] = [];
  const generations = visible(join(home, 'generations'));
  for (const name of visible(join(home, 'prefixes'))) {
    const path = join(home, 'prefixes', name);
    if (!lstatSync(path).isSymbolicLink()) flaws.push(`prefixes/${name} is no link`);
    else if (!generations.includes(readlinkSync(path).replace('../generations/', '')))
      flaws.push(`prefixes/${name} leads to ${readlinkSync(path)}`);
  }
  for (const name of generations) {
    const root = join(home, 'generations', name);
    const manifest = valueOf(await readManifest(liveMachine(), root));
    if (manifest === undefined) flaws.push(`generations/${name} has no manifest`);
    else {
      const { changes } = await verifyPrefix(root, manifest, { emit: silent });
      flaws.push(...changes.map((one) => `generations/${name}/${one.path} is ${one.change}`));
    }
    if ((await readLock(root)) === null) flaws.push(`generations/${name} has no lock`);
  }
  const store = new StoreFolder(join(home, 'store'));
  for (const payload of await store.list()) {
    const entry = await store.read(payload);
    // Being made, or made anew: what no entry lists is not there.
    if (entry === null) continue;
    for (const name of await store.intact(entry)) {
      if ((await digestOf(join(store.filesFolder(payload), name))) !== name.replace(/\.x$/, ''))
        flaws.push(`store/${payload}/files/${name} is not what its name says`);
    }
  }
  return flaws;
}

function visible(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith('.'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
