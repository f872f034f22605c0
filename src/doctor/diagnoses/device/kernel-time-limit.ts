import { byHand, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['device-nodes'],
  severity: 'error',
  title: 'The GPU also drives a display, and its watchdog ended a computation that took too long',
  explainedBy: [{ code: 'gpu-fell-off-bus' }, { code: 'gsp-timeout' }, { code: 'ecc-or-xid-hardware-fault' }],
  related: ['application-fault'],
  textSummary: 'A kernel ran longer than a GPU with a display lets it: the watchdog of the display ended it',
  hears: hearing(['error-code'], (one) =>
    heardError(one, { 'cuda display': { confidence: 'likely', namesCause: true } }),
  ),
  remedy: () => [
    script(
      'see-display',
      'See which GPU drives a display',
      'nvidia-smi --query-gpu=index,name,display_active --format=csv',
      {
        root: false,
      },
    ),
    byHand('other-gpu', 'Compute on a GPU without a display, or plug the display into another one'),
    byHand('smaller', 'Or let each call do less: smaller batches, several launches in the place of one', {
      alternativeTo: 'other-gpu',
    }),
    byHand(
      'no-desktop',
      'Or compute without a desktop: systemctl isolate multi-user.target ends it until the next start',
      { alternativeTo: 'other-gpu' },
    ),
  ],
};
