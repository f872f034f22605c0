/** What the actions of one plan share while they are carried out. */
import { withSignal, type AptContext } from '../../apt/context.ts';
import type { VerifiedFile } from '../../apt/package/verified-file.ts';
import type { PackageFile } from '../../apt/types.ts';
import { GpuSetupError } from '../../base/errors.ts';
import type { Manifest, PrefixInfo } from '../../machine/records/prefix-manifest.ts';
import type { HomeLock } from '../home/home-lock.ts';
import type { Layout } from '../layout/layout.ts';
import type { InstallPlan, PlannedPackage } from '../plan/install-plan.ts';
import { packageLayout } from '../plan/package-layout.ts';
import type { Component } from '../layout/component.ts';
import type { NewGeneration } from './new-generation.ts';
import { payloadFolders, type Payload, type PayloadFolders, type Wanted } from './payloads.ts';
import type { Placement } from './place-members.ts';

/** What `place` put into the generation. */
export interface Placed {
  packages: readonly { package: PlannedPackage; payloadSha256: string }[];
  placement: Placement;
  sharing: PrefixInfo['sharing'];
  /** Of files that are shared with the store. */
  sharedBytes: number;
}

export interface Execution {
  plan: InstallPlan;
  /** Stops everything that runs; the first reason stays. */
  stop: AbortController;
  /** Aborted by `stop` and by whoever may stop the run from outside. */
  signal: AbortSignal;
  /** With this signal. */
  apt: AptContext;
  folders: PayloadFolders;
  layout: Layout;
  /** As they were accepted. */
  licences: Manifest['licences'];
  /** Package files that were verified and are still open, by name of the package. */
  files: Map<string, VerifiedFile>;
  /** Which of the files that the signed index takes for right was fetched, by name of the package. */
  came: Map<string, PackageFile>;
  /** What the store holds or was unpacked, by name of the package. */
  payloads: Map<string, Payload>;
  /** Payloads that are being unpacked, by digest. */
  atWork: Map<string, Promise<void>>;
  /** Digests of those that this run wrote. */
  unpacked: Set<string>;
  generation: NewGeneration;
  /** Of the home. */
  lock: HomeLock;
  /** What was taken though nothing but the lock confirms it. */
  warnings: string[];
  placed: Placed | null;
  /** What `relocate` wrote, moved or linked. */
  relocated: readonly string[];
  /** The prefix as `record` wrote it down. */
  recorded: PrefixInfo | null;
}

export function startExecution(
  plan: InstallPlan,
  apt: AptContext,
  known: Pick<Execution, 'licences' | 'payloads' | 'generation' | 'lock'>,
): Execution {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(apt.signal === undefined ? [] : [apt.signal])]);
  return {
    plan,
    stop,
    signal,
    apt: withSignal(apt, signal),
    ...known,
    folders: payloadFolders(plan.home),
    layout: packageLayout(plan),
    files: new Map(),
    came: new Map(),
    atWork: new Map(),
    unpacked: new Set(),
    warnings: [],
    placed: null,
    relocated: [],
    recorded: null,
  };
}

export function wantedIn({ plan, layout }: Execution, components: readonly Component[]): Wanted {
  return { layout, cuda: plan.cuda, components, parts: plan.parts };
}

/** Until it was unpacked, or the run ends. */
export async function keepOpen({ files }: Execution, name: string, file: VerifiedFile): Promise<void> {
  if (files.has(name)) await file.handle.close();
  else files.set(name, file);
}

export async function closeFile({ files }: Execution, name: string): Promise<void> {
  const file = files.get(name);
  files.delete(name);
  await file?.handle.close();
}

/**
 * As it was planned, with the digest of the file that came.
 *
 * @throws GpuSetupError `bad-plan`: an action names a package that the plan does not have
 */
export function packageOf({ plan, came }: Execution, name: string): PlannedPackage {
  const found = plan.packages.find((one) => one.name === name);
  if (found !== undefined) return { ...found, ...came.get(name) };
  throw new GpuSetupError('bad-plan', `an action of the plan names ${name}, which is none of its packages`, {
    hint: 'make the plan anew',
  });
}

/** What a plan stood on is no longer so: another plan may do. */
export function overtaken(plan: InstallPlan, changes: readonly string[]): GpuSetupError {
  const [first, ...others] = changes;
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  return new GpuSetupError(
    'plan-overtaken',
    `what the plan of ${plan.request.name} stood on has changed: ${first}${more}`,
    { hint: 'run the same command again', retryable: true, details: { changes } },
  );
}
