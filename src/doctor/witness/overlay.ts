/**
 * What a text says of its machine, as facts: so the judgements and the steps that serve a machine serve a log. Only where the
 * machine's own facts are unknown: what was looked at is stronger than what a text mentions.
 */
import { gpuNamed } from '../../compat/gpu-name.ts';
import { present, unknown, type Answer, type Origin } from '../../machine/answer.ts';
import { joinStates } from '../../machine/facts/gpu/state/parse.ts';
import type { Facts, GpuFacts, GpuStateFacts, OsFacts } from '../../machine/facts.ts';
import type { Said, TestimonyOf, Witness } from './testimony.ts';

export function factsWith(facts: Facts, all: Witness): Facts {
  const { platform, kernelDriver } = facts;
  const driver = all.of('version').filter(({ of }) => of === 'driver');
  return {
    ...facts,
    platform: {
      ...platform,
      os: filled(platform.os, distributionOf(all), osOf),
      kernel: filled(
        platform.kernel,
        agreed(all.of('kernel'), ({ release }) => release),
        ({ release }) => ({
          release,
          architecture: 'unknown',
        }),
      ),
      jetson: filled(platform.jetson, all.of('jetson')[0], ({ release }) => release ?? 'a Jetson'),
      container: filled(platform.container, all.of('container')[0], ({ by }) => by ?? 'other'),
      secureBoot: filled(
        platform.secureBoot,
        agreed(all.of('secure-boot'), ({ on }) => String(on)),
        ({ on }) => on,
      ),
    },
    gpus: filled(facts.gpus, agreed(all.of('gpu'), nameOrCapability) ?? boardOf(all), (gpu) => [gpuOf(gpu)]),
    gpuStates: filled(facts.gpuStates, all.of('gpu-state')[0], () => statesOf(all)),
    kernelDriver: {
      ...kernelDriver,
      moduleVersion: filled(
        kernelDriver.moduleVersion,
        agreed(driver, ({ version }) => version),
        ({ version }) => version,
      ),
    },
  };
}

/** What was said last is how they are; what it leaves open stands as it was said before. */
const statesOf = (all: Witness): GpuStateFacts[] =>
  all
    .of('gpu-state')
    .toReversed()
    .reduce<GpuStateFacts[]>((known, { state }) => joinStates(known, [state]), []);

/** Where a text names no GPU but a Jetson, the board says which one is on it. */
function boardOf(all: Witness): TestimonyOf<'gpu'> | undefined {
  const board = all.of('jetson').find(({ model }) => model !== null);
  if (board === undefined || all.of('gpu').length > 0) return undefined;
  const { from, excerpt, at, model } = board;
  const computeCapability = gpuNamed(model!)?.computeCapability ?? null;
  return { kind: 'gpu', from, excerpt, at, name: model, computeCapability };
}

/** A source that names one may be another's: it counts only where nothing else names one. */
function distributionOf(all: Witness): TestimonyOf<'distribution'> | undefined {
  const said = all.of('distribution');
  const sure = said.filter(({ guessed }) => guessed !== true);
  return agreed(sure.length > 0 ? sure : said, ({ id, version }) => `${id} ${version}`);
}

function filled<T, S extends Said>(own: Answer<T>, said: S | undefined, valueOf: (said: S) => T): Answer<T> {
  return own.state === 'unknown' && said !== undefined ? present(valueOf(said), originOf(said)) : own;
}

/** The first that says it, where all say the same: of a text that names two drivers none is known to run. */
function agreed<S extends Said>(all: readonly S[], what: (one: S) => string): S | undefined {
  return all.every((one) => what(one) === what(all[0]!)) ? all[0] : undefined;
}

/** "text: line 12", "command: dmesg" */
function originOf({ from }: Said): Origin {
  const command = /^command: (.*)$/s.exec(from)?.[1];
  return command === undefined
    ? { kind: 'text', name: from.replace(/^text: /, '') }
    : { kind: 'command', name: command };
}

/** Names are written in many ways; what decides is the same for all of one capability. */
const nameOrCapability = ({ name, computeCapability }: TestimonyOf<'gpu'>): string =>
  computeCapability ?? name ?? '';

function osOf({ id, version }: TestimonyOf<'distribution'>): OsFacts {
  return { id, version, codename: null, prettyName: version === null ? id : `${id} ${version}`, idLike: [] };
}

function gpuOf(said: TestimonyOf<'gpu'>): GpuFacts {
  const traits = gpuNamed(said.name ?? said.computeCapability ?? '');
  return {
    busId: '?0',
    pciId: traits?.pciId ?? null,
    name: said.name,
    computeCapability: said.computeCapability ?? traits?.computeCapability ?? null,
    architecture: traits?.architecture ?? null,
    form: traits?.form ?? null,
    firstDriverBranch: traits?.firstDriverBranch ?? null,
    lastDriverBranch: traits?.lastDriverBranch ?? null,
    openKernelModule: traits?.openKernelModule ?? null,
    kernelDriver: unknown('not-recorded', 'the text does not say it', originOf(said)),
  };
}
