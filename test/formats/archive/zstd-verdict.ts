/**
 * What becomes of files of zstd without any program: the digest of what was decoded, or "refused". Run as a program, it prints the
 * verdicts on all files of a folder: for the runtime of the executable, which has a decoder of its own.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from '../../../src/formats/archive/decoders.ts';

export const REFUSED = 'refused';

export async function verdictOn(bytes: Uint8Array): Promise<string> {
  const refused = new Error(REFUSED);
  const hash = createHash('sha256');
  const stream = await decode('zst', [bytes], { file: 'f', bad: () => refused, path: '/nonexistent' });
  try {
    for (let chunk = await stream.next(); chunk !== null; chunk = await stream.next()) hash.update(chunk);
    return hash.digest('hex');
  } catch (error) {
    if (error === refused) return REFUSED;
    throw error;
  } finally {
    await stream.close();
  }
}

if (process.argv[2] === '--print') {
  const folder = process.argv[3]!;
  const verdicts: Record<string, string> = {};
  for (const name of readdirSync(folder)) verdicts[name] = await verdictOn(readFileSync(join(folder, name)));
  process.stdout.write(JSON.stringify(verdicts));
}
