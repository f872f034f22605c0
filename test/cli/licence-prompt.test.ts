import { describe, expect, it } from 'vitest';
import type { WorkEvent } from '../../src/base/events.ts';
import { acceptLicences } from '../../src/cli/licence-prompt.ts';
import { commandContext } from '../support/context.ts';

const CUDA = { id: 'nvidia-cuda', title: 'CUDA terms', url: 'https://example.com/cuda' };
const CUDNN = { id: 'nvidia-cudnn', title: 'cuDNN terms', url: 'https://example.com/cudnn' };

const events: WorkEvent[] = [];
const withLicences = (...licences: string[]) =>
  commandContext('/nowhere', {
    configuration: { path: '/c/config.yaml', settings: { licences }, problem: null, environment: {} },
    // -y is no acceptance.
    yes: true,
    emit: (event) => void events.push(event),
  });

describe('acceptance of licences', () => {
  it('stands in the configuration, is said with the terms, and is recorded as such', async () => {
    const accepted = await acceptLicences([CUDA, CUDNN], false, withLicences('nvidia-cuda', 'nvidia-cudnn'));
    expect(accepted.map(({ id, how }) => [id, how])).toEqual([
      ['nvidia-cuda', 'configuration'],
      ['nvidia-cudnn', 'configuration'],
    ]);
    expect(events.at(-1)).toMatchObject({
      text: 'accepted by the configuration: cuDNN terms (https://example.com/cudnn)',
    });
  });

  it('is asked for where the file does not hold all, and refused where nobody can be asked, -y or not', async () => {
    await expect(acceptLicences([CUDA, CUDNN], false, withLicences('nvidia-cuda'))).rejects.toMatchObject({
      code: 'licence-not-accepted',
      message: expect.not.stringContaining('CUDA terms') as string,
      hint: expect.stringContaining('config set licences nvidia-cuda nvidia-cudnn') as string,
    });
  });

  it('of a licence that there is not is an error of the file', async () => {
    await expect(acceptLicences([CUDA], false, withLicences('nvidia-cud'))).rejects.toMatchObject({
      code: 'bad-config',
      message: '/c/config.yaml: licences: "nvidia-cud" is no licence that gpu-setup knows',
      hint: 'did you mean nvidia-cuda?',
    });
  });
});
