/** Which programs this machine has: a test that needs others is skipped by name. */
import { searchProgram } from '../../src/base/processes/find-program.ts';

export function hasPrograms(...names: readonly string[]): boolean {
  const folders = (process.env['PATH'] ?? '').split(':');
  return names.every((name) => searchProgram(name, folders).found !== null);
}
