import { byHand } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: "Batch normalisation's moving averages are missing",
  related: ['tf-built-for-other-cuda'],
  textSummary: 'The moving mean and variance of batch normalisation were not updated, or not saved',
  hears: hearing(['missing-variable'], ({ name }) =>
    /\/moving_(?:mean|variance)$/.test(name) ? { confidence: 'likely', namesCause: true } : null,
  ),
  remedy: () => [
    byHand(
      'save-all',
      'Give the saver all global variables, tf.train.Saver(tf.global_variables()), not the trainable ones alone: moving_mean and moving_variance are not trainable',
    ),
    byHand(
      'update-ops',
      'Run the update operations with the training step, inside tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)), and pass is_training',
    ),
  ],
};
