/** Every section that AlexeyAB's darknet knows as a layer (src/parser.c, string_to_layer_type). */
import type { LayerType } from './layer.ts';
import { convolutional, local } from './layers/convolutional.ts';
import { contrastive, detection, gaussianYolo, region, yolo } from './layers/detection.ts';
import { route, sam, scaleChannels, shortcut } from './layers/merging.ts';
import { avgpool, localAvgpool, maxpool } from './layers/pooling.ts';
import { convLstm, crnn, gru, history, lstm, rnn } from './layers/recurrent.ts';
import { crop, reorg, upsample } from './layers/resizing.ts';
import {
  activation,
  batchnorm,
  connected,
  cost,
  implicit,
  normalization,
  passed,
  softmax,
} from './layers/vector.ts';

export const LAYER_TYPES: ReadonlyMap<string, LayerType> = new Map<string, LayerType>([
  ['convolutional', convolutional],
  ['local', local],
  ['connected', connected],
  ['maxpool', maxpool],
  ['local_avgpool', localAvgpool],
  ['avgpool', avgpool],
  ['route', route],
  ['shortcut', shortcut],
  ['scale_channels', scaleChannels],
  ['sam', sam],
  ['upsample', upsample],
  ['reorg', reorg],
  ['reorg3d', reorg],
  ['crop', crop],
  ['yolo', yolo],
  ['Gaussian_yolo', gaussianYolo],
  ['region', region],
  ['detection', detection],
  ['contrastive', contrastive],
  ['rnn', rnn],
  ['gru', gru],
  ['lstm', lstm],
  ['crnn', crnn],
  ['conv_lstm', convLstm],
  ['history', history],
  ['batchnorm', batchnorm],
  ['normalization', normalization],
  ['activation', activation],
  ['dropout', passed],
  ['empty', passed],
  ['softmax', softmax],
  ['cost', cost],
  ['implicit', implicit],
]);

/** Other names that darknet takes. */
export const LAYER_ALIASES: ReadonlyMap<string, string> = new Map([
  ['conv', 'convolutional'],
  ['conn', 'connected'],
  ['max', 'maxpool'],
  ['local_avg', 'local_avgpool'],
  ['avg', 'avgpool'],
  ['lrn', 'normalization'],
  ['soft', 'softmax'],
  ['silence', 'empty'],
]);
