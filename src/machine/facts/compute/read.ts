/** What libcuda's answers say. Pure. */
import { compareDottedVersions } from '../../../compat/dotted-version.ts';
import type { ComputedGpu, ComputeFacts } from '../../facts.ts';
import type { CallMade, LibraryReply } from '../../native/calls.ts';
import { shortBusId } from '../gpu/lspci.ts';
import { expected, NEEDS } from './question.ts';

const MIB = 2 ** 20;

/** @param library that was asked */
export function computeFactsOf(reply: LibraryReply, library: string): ComputeFacts {
  const nothing = { library, cuda: null, failure: null, gpus: [] };
  switch (reply.outcome) {
    case 'answered':
      return { ...nothing, ...answered(reply.calls), outcome: 'answered', during: null, why: null };
    case 'not-loaded':
      return { ...nothing, outcome: 'not-loaded', during: null, why: reply.why };
    case 'crashed':
      return { ...nothing, outcome: 'crashed', during: reply.during, why: reply.signal };
    case 'hung':
      return { ...nothing, outcome: 'hung', during: reply.during, why: `${reply.afterMs / 1000} s` };
    case 'garbled':
      return { ...nothing, outcome: 'garbled', during: reply.during, why: reply.excerpt };
  }
}

function answered(calls: readonly CallMade[]): Pick<ComputeFacts, 'cuda' | 'failure' | 'gpus'> {
  const before = calls.filter(({ at }) => at?.['device'] === undefined);
  const version = valueIn(before, 'version');
  const cuda = typeof version === 'number' && version > 0 ? cudaVersion(version) : null;
  const indexes = new Set(calls.flatMap(({ at }) => at?.['device'] ?? []));
  return {
    cuda,
    failure: failureIn(before),
    gpus: [...indexes].map((index) =>
      gpuOf(
        index,
        calls.filter(({ at }) => at?.['device'] === index),
        cuda,
      ),
    ),
  };
}

/** 12020 is 12.2 */
const cudaVersion = (number: number): string => `${Math.floor(number / 1000)}.${(number % 1000) / 10}`;

function gpuOf(index: number, calls: readonly CallMade[], cuda: string | null): ComputedGpu {
  const [name, bus, major, minor, bytes, numbers] = (
    ['name', 'bus', 'major', 'minor', 'bytes', 'numbers'] as const
  ).map((key) => valueIn(calls, key));
  const computeCapability =
    typeof major === 'number' && typeof minor === 'number' ? `${major}.${minor}` : null;
  const failure = failureIn(calls.filter(({ call }) => isNeeded(call)));
  const wrong = Array.isArray(numbers) ? wrongIn(numbers as readonly number[]) : null;
  return {
    index,
    name: typeof name === 'string' ? name : null,
    busId: typeof bus === 'string' ? shortBusId(bus) : null,
    computeCapability,
    memoryMiB: typeof bytes === 'number' ? Math.round(bytes / MIB) : null,
    ...(isTooOld(computeCapability, cuda)
      ? { result: 'not-run', failure: null, wrong: null }
      : { result: failure !== null ? 'failed' : wrong !== null ? 'wrong' : 'right', failure, wrong }),
  };
}

const isTooOld = (computeCapability: string | null, cuda: string | null): boolean =>
  (computeCapability !== null && compareDottedVersions(computeCapability, NEEDS.computeCapability) < 0) ||
  (cuda !== null && compareDottedVersions(cuda, NEEDS.cuda) < 0);

/** Without a name or address it computes all the same. */
const isNeeded = (call: string): boolean =>
  !/^cuDevice(?:GetName|GetPCIBusId|GetAttribute|TotalMem)/.test(call);

function failureIn(calls: readonly CallMade[]): ComputeFacts['failure'] {
  const failed = calls.find(({ call, code }) => code !== 0 && call !== 'cuDriverGetVersion');
  return failed === undefined ? null : { call: failed.call, code: failed.code };
}

function wrongIn(numbers: readonly number[]): ComputedGpu['wrong'] {
  const right = expected();
  const wrong = right.flatMap((value, at) => (numbers[at] === value ? [] : [{ at, expected: value }]));
  const [first] = wrong;
  if (first === undefined) return null;
  return { count: wrong.length, of: right.length, first: { ...first, got: numbers[first.at] ?? null } };
}

function valueIn(calls: readonly CallMade[], key: string): unknown {
  return calls.find(({ out }) => out?.[key] !== undefined)?.out?.[key];
}
