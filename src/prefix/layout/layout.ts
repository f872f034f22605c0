/**
 * Which member of which package goes where in a prefix (rules/<name>.json), and for which component it is there
 * (component-rules.json). Libraries of the driver are left out wherever they would go (driver-libraries.json). All of it
 * is data; this file only looks it up.
 */
import layouts from 'tables:src/prefix/layout/rules';
import { COMPONENTS } from './component.ts';
import type { Component } from './component.ts';
import type { Packaging } from '../../compat/releases.ts';
import { compileRules, substitute, whole } from './rule-matcher.ts';
import type { CompiledRule } from './rule-matcher.ts';
import componentTable from './component-rules.json' with { type: 'json' };
import { isDriverLibrary, WHY_NO_DRIVER_LIBRARY } from './driver-libraries.ts';
import { LIBRARY_COMPONENTS, partOfPath } from './parts.ts';

/** A member that has a place in the prefix. */
export interface Placed {
  /** Relative to the prefix: `lib64/libcudart.so.10.0`. */
  to: string;
  component: Component;
  /** Components that want it too: nvcc compiles nothing without CUDA's headers. */
  also: readonly Component[];
}

/** A member that is left out on purpose. */
export interface Dropped {
  drop: string;
  /** True where whoever installs is told: it is no member that packages are expected to have. */
  warn?: true;
}

/** A member that no package may have. */
export interface Refused {
  /** A clause: "lies in ...". */
  refuse: string;
}

/**
 * A file of rules: how a publisher's CUDA packages lie in a prefix, or those of the host compiler, whose whole tree stays together
 * below host/.
 */
export type LayoutName = Packaging | 'host-toolchain';

export interface Layout {
  /** The rules that a package is placed by, for messages. */
  nameFor(packageName: string): LayoutName;
  /**
   * Where a file or link of a package goes. Folders have no place of their own: they come with what lies in them.
   *
   * @param memberPath as in the archive without "./": `usr/local/cuda-10.0/bin/nvcc`
   * @param cuda version of the release that is installed, at least "10.0"
   * @returns null where no rule speaks of the path: the caller must refuse the package, since nothing is left out unseen
   */
  place(packageName: string, memberPath: string, cuda: string): Placed | Dropped | Refused | null;
}

interface ComponentRule {
  path: RegExp;
  component: Component;
  also: readonly Component[];
}

const COMPONENT_RULES: readonly ComponentRule[] = (
  componentTable.rules as { path: string; component: Component; also?: Component[]; always?: boolean }[]
).map((rule) => ({
  path: whole(rule.path),
  component: rule.component,
  also: rule.always === true ? COMPONENTS : (rule.also ?? []),
}));

/** One prefix holds packages of several publishers: each is placed by the rules of its own. */
export function layoutFor(nameFor: (packageName: string) => LayoutName): Layout {
  const made = new Map<LayoutName, Layout>();
  return {
    nameFor,
    place(packageName, memberPath, cuda) {
      const name = nameFor(packageName);
      let layout = made.get(name);
      if (layout === undefined) made.set(name, (layout = layoutOf(name)));
      return layout.place(packageName, memberPath, cuda);
    },
  };
}

export function layoutOf(name: LayoutName): Layout {
  const table = layouts[name];
  if (table === undefined) throw new TypeError(`layout/rules has no ${name}.json`);
  const perRelease = new Map<string, readonly CompiledRule[]>();
  return {
    nameFor: () => name,
    place(packageName, memberPath, cuda) {
      const release = /^\d+\.\d+/.exec(cuda)?.[0] ?? cuda;
      let rules = perRelease.get(release);
      if (rules === undefined) {
        rules = compileRules(table.rules, release);
        perRelease.set(release, rules);
      }
      for (const rule of rules) {
        if (rule.package !== null && !rule.package.test(packageName)) continue;
        const match = rule.path.exec(memberPath);
        if (match === null) continue;
        return rule.to === null ? { drop: rule.drop } : judged(rule.to, substitute(rule.to, match));
      }
      return null;
    },
  };
}

/** Where the records of a prefix lie: manifest, lock, licences. */
const RECORDS = '.gpu-setup';

/** @param rule as it stands in the table: one that names the records puts licences there, on purpose */
function judged(rule: string, to: string): Placed | Dropped | Refused {
  if (isBelow(to, RECORDS) && !isBelow(rule, RECORDS)) {
    return { refuse: `would lie in ${RECORDS}, where the records of the prefix are` };
  }
  if (isDriverLibrary(to)) return { drop: WHY_NO_DRIVER_LIBRARY, warn: true };
  return { to, ...componentOf(to) };
}

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** The component of a place in the prefix; the same for every family, since every prefix has the same shape. */
export function componentOf(path: string): { component: Component; also: readonly Component[] } {
  for (const rule of COMPONENT_RULES) {
    if (rule.path.test(path)) return { component: rule.component, also: rule.also };
  }
  throw new TypeError(`the component table has no rule for every path (${path})`);
}

/** What else is installed with a component. */
const IMPLIED: Partial<Record<Component, readonly Component[]>> = { libraries: ['runtime'] };

/** The components with all that they imply, in the order of COMPONENTS. */
export function withImplied(components: readonly Component[]): readonly Component[] {
  const all = new Set<Component>(
    components.flatMap((component) => [component, ...(IMPLIED[component] ?? [])]),
  );
  return COMPONENTS.filter((component) => all.has(component));
}

/** What of a toolkit a prefix is to hold. */
export interface Choice {
  /** Implied ones need not be named. */
  components: readonly Component[];
  /** Of these components only what belongs to these parts (parts.ts); absent: all of it. */
  parts?: readonly string[] | undefined;
}

/** Components that whole packages of their own are there for: parts of the toolkit say nothing of them. */
const OUTSIDE_PARTS: readonly Component[] = [...LIBRARY_COMPONENTS, 'host-compiler', 'docs'];

/** Whether a placed member is written where this was asked for. */
export function isWanted({ to, component, also }: Placed, { components, parts }: Choice): boolean {
  const asked = withImplied(components);
  if (!asked.includes(component) && !also.some((one) => asked.includes(one))) return false;
  if (parts === undefined || OUTSIDE_PARTS.includes(component)) return true;
  const part = partOfPath(to);
  return part === null || parts.includes(part);
}
