/** Runs something with the rights of an ordinary user: root may read everything, whatever its mode. */
import { chmodSync } from 'node:fs';

/** @param folder a private one of the test that the user has to pass through */
export async function asOrdinaryUser<T>(folder: string, act: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return act();
  chmodSync(folder, 0o755);
  process.seteuid!(65534);
  try {
    return await act();
  } finally {
    process.seteuid!(0);
  }
}
