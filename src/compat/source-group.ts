/**
 * Sources that are opened together, since one prefix is made of what they hold: a repository with CUDA and the one with
 * its cuDNN. A group is known by the ids in their order: where two sources hold the same package, the first one's is taken.
 */
export type SourceGroup = readonly string[];

/** Ids are names of files. */
const keyOf = (group: SourceGroup): string => group.join('/');

export const isSameGroup = (one: SourceGroup, other: SourceGroup): boolean => keyOf(one) === keyOf(other);

export const isAmong = (group: SourceGroup, groups: readonly SourceGroup[]): boolean =>
  groups.some((one) => isSameGroup(one, group));

/** Each once, where it comes first. */
export const distinctGroups = (groups: readonly SourceGroup[]): readonly SourceGroup[] => [
  ...new Map(groups.map((group) => [keyOf(group), group])).values(),
];

/** As sentences name it; of a source with several suites once. */
export const nameOfGroup = (group: SourceGroup): string => [...new Set(group)].join(' and ');
