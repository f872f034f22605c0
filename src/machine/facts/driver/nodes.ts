/** The device nodes that CUDA opens, and whether the caller may. */
import { absent, mapAnswer, present, unknown, valueOf, type Answer, type Origin } from '../../answer.ts';
import type { DeviceNodeFacts } from '../../facts.ts';
import type { FileStat, Identity, Machine } from '../../machine.ts';
import { joinPath } from '../../paths.ts';
import { parseLs } from './ls-output.ts';
import { pastedIdentity, type PastedIdentity } from './pasted-identity.ts';
import { namesIn, recordedOutputs } from '../recorded.ts';

/** What every CUDA program opens on an ordinary machine. */
const EXPECTED = ['/dev/nvidiactl', '/dev/nvidia0', '/dev/nvidia-uvm'] as const;

/** What is there in their place in WSL. */
const IN_WSL: readonly string[] = ['/dev/dxg'];

/** What is there in their place on a Jetson, whose releases moved them from /dev/nvhost-* to /dev/nvgpu. */
const ON_JETSON: readonly string[] = [
  '/dev/nvmap',
  '/dev/nvhost-gpu',
  '/dev/nvhost-ctrl-gpu',
  '/dev/nvgpu/igpu0/ctrl',
];

const NODE =
  /^nvidia(?:ctl|\d{1,3}|-uvm|-uvm-tools|-modeset|-nvswitch\w*)$|^(?:dxg|nvmap|nvhost-(?:ctrl-)?gpu)$/;
const CAPABILITIES = '/dev/nvidia-caps';

/**
 * The nodes that are there, and of the expected ones those that could not be looked at. So a node that is missing from a
 * present list is known to be absent. Absent: there is none.
 * @param jetson whether this is one, as far as is known
 */
export async function probeNodes(
  machine: Machine,
  jetson: Answer<string | null>,
): Promise<Answer<readonly DeviceNodeFacts[]>> {
  const listing = await machine.listDir('/dev');
  const listed = listing.state === 'present' ? listing.value.entries.filter((name) => NODE.test(name)) : [];
  const unexpected = new Set([...IN_WSL, ...(valueOf(jetson) == null ? ON_JETSON : [])]);
  const paths = new Set([
    ...EXPECTED,
    ...IN_WSL,
    ...ON_JETSON,
    ...listed.map((name) => joinPath('/dev', name)),
  ]);
  const capabilities = await namesIn(machine, CAPABILITIES);
  for (const name of capabilities ?? []) paths.add(joinPath(CAPABILITIES, name));
  const pasted = fromLs(machine);
  for (const path of pasted?.nodes.keys() ?? []) paths.add(path);

  const identity = machine.identity();
  const pastedCaller = identity.state === 'unknown' ? pastedIdentity(machine) : undefined;
  const nodes: DeviceNodeFacts[] = [];
  let known = false;
  for (const path of [...paths].sort()) {
    const own = await machine.stat(path);
    const stat = own.state === 'unknown' ? (pasted?.statOf(path) ?? own) : own;
    if (stat.state !== 'unknown') known = true;
    if (stat.state === 'absent' || (stat.state === 'unknown' && unexpected.has(path))) continue;
    const asked = own.state === 'present' ? await machine.access(path) : own;
    const accessible =
      asked.state === 'present'
        ? mapAnswer(asked, (access) => access === 'open')
        : pasted?.hasAcl(path)
          ? unknown('not-recorded', 'an access control list decides', stat.from)
          : (accessByName(stat, pasted?.groupOf(path), pastedCaller) ?? accessOf(stat, identity));
    nodes.push({ path, stat, accessible, forbidden: valueOf(asked) === 'forbidden' });
  }
  if (nodes.some(({ stat }) => stat.state === 'present')) return present(nodes, listing.from);
  if (nodes.length === 0) return absent(pasted?.from ?? listing.from);
  return known ? present(nodes, listing.from) : unknownNodes(listing);
}

function unknownNodes(listing: Answer<unknown>): Answer<readonly DeviceNodeFacts[]> {
  return listing.state === 'unknown'
    ? listing
    : unknown('not-recorded', 'device nodes are not recorded', listing.from);
}

interface Pasted {
  nodes: ReadonlyMap<string, Answer<FileStat>>;
  from: Origin;
  statOf(path: string): Answer<FileStat> | undefined;
  hasAcl(path: string): boolean;
  /** Name of the owning group as ls printed it. */
  groupOf(path: string): string | undefined;
}

/** `ls -al /dev/nvidia*`: what the pattern would have shown and did not is absent. */
function fromLs(machine: Machine): Pasted | undefined {
  for (const { line, result, text, from } of recordedOutputs(machine, 'ls')) {
    const covers = line.operands.some((operand) => /^\/dev\/(?:nvidia\*|\*)$|^\/dev\/?$/.test(operand));
    const named = line.operands.filter(
      (operand) => operand.startsWith('/dev/nvidia') && !operand.includes('*'),
    );
    if (!covers && named.length === 0) continue;
    const nodes = new Map<string, Answer<FileStat>>();
    const acl = new Set<string>();
    const groups = new Map<string, string>();
    for (const { name, stat, group, hasAcl } of parseLs(text)) {
      const path = name.startsWith('/') ? name : `/dev/${name}`;
      if (!NODE.test(path.slice('/dev/'.length))) continue;
      nodes.set(path, present(stat, from));
      groups.set(path, group);
      if (hasAcl) acl.add(path);
    }
    for (const match of text.matchAll(/cannot access '?(\/dev\/nvidia[\w-]*)'?: No such file/g)) {
      nodes.set(match[1]!, absent(from));
    }
    const noneMatched =
      /cannot access '?\/dev\/nvidia\*'?: No such file|no matches found: \/dev\/nvidia\*/.test(text);
    if (nodes.size === 0 && !noneMatched) continue;
    const isWhole = (covers && !line.filtered && !result.truncated) || noneMatched;
    return {
      nodes,
      from,
      statOf: (path) =>
        nodes.get(path) ?? (isWhole && path.startsWith('/dev/nvidia') ? absent(from) : undefined),
      hasAcl: (path) => acl.has(path),
      groupOf: (path) => groups.get(path),
    };
  }
  return undefined;
}

/** Where a paste names both the node's group and the caller's groups; undefined where it does not. */
function accessByName(
  stat: Answer<FileStat>,
  group: string | undefined,
  caller: PastedIdentity | undefined,
): Answer<boolean> | undefined {
  if (stat.state !== 'present' || stat.value.mode === null || group === undefined || caller === undefined) {
    return undefined;
  }
  const shift = caller.groups.has(group) ? 3 : 0;
  return present(caller.isRoot || ((stat.value.mode >> shift) & 0o6) === 0o6, stat.from);
}

/** CUDA opens its nodes for reading and writing. Root may always; who we are may be unknown, and then only what holds for all does. */
export function accessOf(stat: Answer<FileStat>, identity: Answer<Identity>): Answer<boolean> {
  if (stat.state !== 'present') return stat;
  const { mode, uid, gid } = stat.value;
  if (mode === null) return unknown('not-recorded', 'the mode of the node is not known', stat.from);
  const allows = (shift: number): boolean => ((mode >> shift) & 0o6) === 0o6;
  const who = valueOf(identity);
  if (who === undefined) {
    if (allows(0)) return present(true, stat.from);
    const nobodyButRoot = !allows(3) && (uid === 0 || !allows(6));
    return nobodyButRoot
      ? present(false, stat.from)
      : unknown('not-recorded', 'it depends on the groups of the user, which are not known', stat.from);
  }
  if (who.uid === 0) return present(true, stat.from);
  if (uid === who.uid) return present(allows(6), stat.from);
  if (gid === null && allows(3) !== allows(0)) {
    return unknown('not-recorded', 'the number of the group is not known', stat.from);
  }
  return present(gid !== null && who.gids.includes(gid) ? allows(3) : allows(0), stat.from);
}
