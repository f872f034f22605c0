/**
 * What a member of a package may be. Packages are signed, but a signature says who made them, not that they are
 * harmless: every member list is judged before anything of it leaves the private staging folder.
 */
import { GpuSetupError } from '../../base/errors.ts';
import { escapeLine } from '../../base/escape.ts';
import type { TarMember } from '../../formats/archive/tar.ts';

/** The parts of a member that the policy speaks of. */
export type JudgedMember = Pick<TarMember, 'path' | 'type' | 'mode' | 'linkTarget'>;

/** File systems take no longer name of one file or folder. */
const LONGEST_PART = 255;
/** The home's own path stands before it, and the system takes 4096. The longest that is known has 250. */
const LONGEST_PATH = 1024;
/** The deepest that is known has 20. */
const MOST_PARTS = 100;
const SET_ID = 0o6000;

/** Whose member it is: a package, or (by its path alone) an archive. */
export interface MemberOrigin {
  name: string;
  version?: string;
}

/** @param why what it quotes is escaped here */
export function unsafeMember({ name, version }: MemberOrigin, path: string, why: string): GpuSetupError {
  const title = version === undefined ? name : `${name} ${version}`;
  const message = `package ${title}: member "${shownPath(path)}" ${why}`;
  return new GpuSetupError('unsafe-member', escapeLine(message), {
    hint: 'nothing of this package was installed; report it to whoever publishes the package',
    details: { package: name, ...(version === undefined ? {} : { version }), member: path },
  });
}

const SHOWN = 300;

/** A member's path for a message. */
export function shownPath(path: string): string {
  return escapeLine(path.length > SHOWN ? `${path.slice(0, SHOWN)}...` : path);
}

/**
 * Judges one member by itself and against the earlier ones of its package.
 *
 * @param earlierFiles paths of the files that came before it: what a hard link may name
 * @throws GpuSetupError `unsafe-member`
 */
export function checkMember(
  origin: MemberOrigin,
  member: JudgedMember,
  earlierFiles: ReadonlySet<string> | ReadonlyMap<string, unknown>,
): void {
  const refuse = (why: string): never => {
    throw unsafeMember(origin, member.path, why);
  };
  checkName(member.path, refuse);
  if (member.path === '' && member.type !== 'dir') refuse('has no name');
  if (member.type === 'char' || member.type === 'block') refuse('is a device');
  if (member.type === 'fifo') refuse('is a named pipe');
  if (member.type !== 'link' && (member.mode & SET_ID) !== 0) refuse('is setuid or setgid');
  if (member.type === 'link' || member.type === 'hardlink') {
    const target = member.linkTarget ?? '';
    if (target === '') refuse('is a link to nothing');
    if (escapeLine(target) !== target) refuse('is a link whose target holds control characters');
    if (Buffer.byteLength(target) > LONGEST_PATH) refuse('is a link with a target too long to be followed');
    if (member.type === 'hardlink' && !earlierFiles.has(hardLinkPath(target))) {
      refuse(`is a hard link to "${target}", which is no earlier file of the package`);
    }
  }
}

/** A hard link names its target as members are named. */
export function hardLinkPath(target: string): string {
  return target.replace(/^(\.\/+)+/, '');
}

function checkName(path: string, refuse: (why: string) => never): void {
  if (path.startsWith('/')) refuse('has an absolute path');
  if (escapeLine(path) !== path) refuse('has control characters in its name');
  if (path === '') return;
  if (Buffer.byteLength(path) > LONGEST_PATH) refuse(`has a path of more than ${LONGEST_PATH} bytes`);
  const parts = path.split('/');
  if (parts.length > MOST_PARTS) refuse(`lies more than ${MOST_PARTS} folders deep`);
  for (const part of parts) {
    if (part === '..') refuse('leads out of its folder with ".."');
    if (part === '' || part === '.') refuse('has an empty part in its path');
    if (Buffer.byteLength(part) > LONGEST_PART) refuse('has a name longer than a file system takes');
  }
}
