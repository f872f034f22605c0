import { originText, valueOf } from '../../../machine/answer.ts';
import type { GpuStateFacts } from '../../../machine/facts.ts';
import { byHand, command, script } from '../../fix/steps.ts';
import { subjectOfGpu } from '../../subject.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['kernel-module'],
  notOnJetson: true,
  severity: 'error',
  title: 'The virtual GPU has no licence',
  related: ['rm-init-failed', 'exclusive-mode'],
  textSummary:
    'The virtual GPU has no licence: it is slowed down after some minutes, and CUDA then finds it busy or unavailable',
  hears: hearing(['vgpu-license', 'error-code'], (one, all) => {
    if (one.kind === 'error-code')
      return heardError(one, { 'cuda vgpu': { confidence: 'certain', namesCause: true } });
    // Hardware that merely could take a licence says "Unlicensed" too, and works.
    const merely =
      one.reason === 'Unlicensed' && !all.of('vgpu-license').some(({ reason }) => reason !== 'Unlicensed');
    return merely ? null : { confidence: 'certain', namesCause: true };
  }),
  judge: (facts) =>
    (valueOf(facts.gpuStates) ?? []).filter(lacksLicense).map((state) => ({
      subject: subjectOfGpu(state),
      // For some minutes after its start it works as if it had one.
      severity: /\(Restricted\)/i.test(state.license ?? '') ? 'error' : 'warning',
      confidence: 'certain',
      summary: `The virtual GPU ${state.name ?? ''} has no licence: ${
        /\(Restricted\)/i.test(state.license ?? '')
          ? 'it is slowed down, and CUDA may find it busy or unavailable'
          : 'after some minutes it is slowed down'
      }`.replace('  ', ' '),
      evidence: [
        {
          from: originText(facts.gpuStates.from),
          excerpt: `${state.virtualization ?? 'GPU'}, license status: ${state.license}`,
        },
      ],
      fix: [],
    })),
  remedy: () => [
    command('license-log', 'See what the licence client says', [
      ...['journalctl', '-u', 'nvidia-gridd', '-n', '40'],
    ]),
    script('license-state', 'And what the driver has of it', 'nvidia-smi -q | grep -i -A 3 licen', {
      root: false,
    }),
    byHand(
      'license-token',
      'Put the client configuration token of your licence server into /etc/nvidia/ClientConfigToken (vGPU 13 and newer), or ServerAddress and FeatureType into /etc/nvidia/gridd.conf',
      { root: true },
    ),
    byHand('license-server', 'See that this machine reaches the licence server, and that its clock is right'),
    command('restart-gridd', 'Ask for the licence again', ['systemctl', 'restart', 'nvidia-gridd']),
  ],
};

/** A GPU that merely could take a licence says "Unlicensed" too; one that works without has no word in brackets. */
const lacksLicense = ({ license, virtualization }: GpuStateFacts): boolean =>
  /^Unlicensed/i.test(license ?? '') &&
  (/^vgpu$/i.test(virtualization ?? '') || (virtualization === null && /\(/.test(license ?? '')));
