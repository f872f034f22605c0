/** What a text says of its machine, where nothing else is known of it. */
import { describe, expect, it } from 'vitest';
import { understandLog } from '../../../src/doctor/diagnose.ts';
import { linesOfLog } from '../../../src/doctor/text/lines.ts';
import { unknownMachine } from '../../../src/machine/unknown-machine.ts';
import { factsWith } from '../../../src/doctor/witness/overlay.ts';
import { witness } from '../../../src/doctor/witness/read.ts';
import { valueOf } from '../../../src/machine/answer.ts';
import { gpu, is, laptop } from '../../support/facts.ts';

const SMI = '| NVIDIA-SMI 440.64       Driver Version: 440.64       CUDA Version: 10.2     |';
const overlaid = (text: string, facts = unknownMachine()) => factsWith(facts, witness(linesOfLog(text)));

describe('facts of a text', () => {
  it('are its GPU with what the table knows of it, driver, distribution and kernel, each with its line', () => {
    const facts = overlaid(
      [
        SMI,
        'GPU 0: GeForce GTX 1660 Ti (UUID: GPU-x)',
        'PRETTY_NAME="Ubuntu 18.04.6 LTS"',
        'Linux laptop 4.15.0-213-generic #224-Ubuntu SMP',
      ].join('\n'),
    );
    expect(valueOf(facts.kernelDriver.moduleVersion)).toBe('440.64');
    expect(facts.kernelDriver.moduleVersion.from).toEqual({ kind: 'text', name: 'line 1' });
    expect(valueOf(facts.gpus)).toMatchObject([{ name: 'GeForce GTX 1660 Ti', computeCapability: '7.5' }]);
    expect(valueOf(facts.platform.os)).toMatchObject({ id: 'ubuntu', version: '18.04' });
    expect(valueOf(facts.platform.kernel)?.release).toBe('4.15.0-213-generic');
  });

  it('are none where the text names two different drivers: which of them runs is not known', () => {
    const facts = overlaid(`${SMI}\n${SMI.replaceAll('440.64', '535.129.03')}`);
    expect(facts.kernelDriver.moduleVersion.state).toBe('unknown');
  });

  it("never take the place of the machine's own", () => {
    const facts = overlaid('GPU 0: Tesla K80', laptop({ gpus: is([gpu()]) }));
    expect(valueOf(facts.gpus)?.[0]?.name).not.toBe('Tesla K80');
  });

  it('make no finding certain: nobody looked at the machine', () => {
    const { diagnoses } = understandLog(`${SMI}\nCuda compilation tools, release 12.2, V12.2.140`);
    expect(diagnoses.filter(({ confidence }) => confidence === 'certain')).toEqual([]);
  });
});
