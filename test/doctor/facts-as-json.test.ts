import { describe, expect, it } from 'vitest';
import { factsAsJson } from '../../src/doctor/facts-as-json.ts';
import { unknownMachine } from '../../src/machine/unknown-machine.ts';
import { gpu, hidden, is, laptop, node } from '../support/facts.ts';

const unknownOf = (facts: Parameters<typeof factsAsJson>[0]): Record<string, string> =>
  factsAsJson(facts)['unknown'] as Record<string, string>;

/** Every Answer in a tree of facts. */
function answersIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return 'state' in value ? [value] : Object.values(value).flatMap(answersIn);
}

describe('factsAsJson', () => {
  it('names every fact that could not be looked at: null alone would read as absent', () => {
    const names = Object.keys(unknownOf(unknownMachine()));
    const unknowns = answersIn(unknownMachine()).filter((answer) => 'why' in answer);
    expect(names).toHaveLength(unknowns.length);
    expect(names).toEqual(
      expect.arrayContaining([
        'os',
        'architecture',
        'moduleVersion',
        'moduleFlavour',
        'libraries',
        'libnvidiaMl',
        'nouveauBlacklisted',
        'nvidiaBlacklisted',
        'cudaHome',
        'aptSources',
        'aptKeys',
      ]),
    );
  });

  it('names what is unknown of one GPU, one device file, one disk', () => {
    const facts = laptop({
      gpus: is([gpu({ kernelDriver: hidden() })]),
      nodes: is([node('/dev/nvidia0', { accessible: null })]),
      disks: [{ path: '/', purpose: 'root', space: hidden('no answer within the time limit') }],
    });
    expect(unknownOf(facts)).toEqual({
      'gpus.01:00.0.kernelDriver': 'permission denied (file: /test)',
      'nodes./dev/nvidia0.accessible': 'the caller is not known (file: /dev/nvidia0)',
      'disks./.space': 'no answer within the time limit (file: /test)',
    });
  });

  it('has nothing unknown of a machine that was looked at whole', () => {
    expect(unknownOf(laptop())).toEqual({});
  });
});
