/**
 * FFmpeg's nvenc and cuvid: which driver they ask for, and what this GPU's encoder does not take. What it cannot load, and what CUDA
 * answers, it says as others do.
 *
 *     [h264_nvenc @ 0x55] Driver does not support the required nvenc API version. Required: 12.1 Found: 11.1
 *     [h264_nvenc @ 0x55] The minimum required Nvidia driver for nvenc is 530.41.03 or newer
 *     [h264_nvenc @ 0x55] OpenEncodeSessionEx failed: unsupported device (2): (no details)
 *     [hevc_nvenc @ 0x55] No capable devices found
 */
import { familyOf, type Sentence } from '../family.ts';
import { firstGroup, mismatch, outOfMemory, troubled } from '../said.ts';

const SENTENCES: readonly Sentence[] = [
  {
    // By the encoder or decoder that was asked for
    literal: '] cannot load lib',
    pattern:
      /\[\w{2,16}(?:_nvenc|_cuvid|nvdec|cuda)\w{0,8} @ \S{3,20}\] Cannot load (lib[\w-]{3,40}\.so(?:\.\d)?)/i,
    says: ([, soname]) => ({ kind: 'missing-library', soname: soname!, asker: 'ffmpeg', by: 'dlopen' }),
  },
  {
    // Below a library that is not there it says the same, of no driver: what counts is that the driver was asked.
    literal: 'minimum required nvidia driver for nvenc is ',
    pattern: /The minimum required Nvidia driver for nvenc is (\d{3}\.\d{1,3}(?:\.\d{1,3})?) or newer/i,
    says: ([, expected], before) =>
      before.some((line) => /Cannot load lib/i.test(line))
        ? null
        : mismatch('driver', null, expected!, true, 'NVENC'),
  },
  troubled(
    'driver-interface-too-old',
    'does not support the required nvenc api version',
    /Driver does not support the required nvenc API version\. Required: (\d{1,2}\.\d{1,2}) Found: \d/i,
    ([, api]) => `NVENC ${api}`,
  ),
  {
    // What an encoder is out of where the GPU has memory left are its sessions: consumer cards have some few.
    literal: 'openencodesessionex failed',
    pattern:
      /OpenEncodeSessionEx failed: (out of memory|unsupported device|incompatible client key|unsupported param|no encode device) \(\d{1,2}\)/i,
    says: ([, why]) =>
      /out of memory/i.test(why!)
        ? [
            outOfMemory(),
            { kind: 'trouble', what: 'codec-refused', detail: 'as many encoders are open as this GPU takes' },
          ]
        : { kind: 'trouble', what: 'codec-refused', detail: why! },
  },
  troubled(
    'codec-refused',
    ['nvenc capable devices found', 'no capable devices found'],
    /\[\w{2,12}_nvenc @ \S{3,20}\] (No (?:NVENC )?capable devices found)/i,
    firstGroup,
  ),
  troubled(
    'codec-refused',
    '_nvenc @ ',
    /\[\w{2,12}_nvenc @ \S{3,20}\] ((?:10 bit encode|Codec|YUV444P|Lossless encoding|B frames as references|Max B-frames \d|Width \d{2,6}|Height \d{2,6}|RC lookahead|Temporal AQ|Weighted Prediction|MultiView-HEVC)[^\n]{0,40}(?:not supported|exceed \d))/i,
    firstGroup,
  ),
  {
    literal: ['requested, but not all dependencies', 'failed checking for nvcc'],
    pattern:
      /^ERROR: failed checking for (nvcc)\b|^ERROR: (?:cuda|nvenc|nvdec|cuvid|ffnvcodec) requested, but not all dependencies are satisfied: ffnvcodec/i,
    says: ([, nvcc]) =>
      nvcc === undefined
        ? { kind: 'missing-pkg-config', library: 'ffnvcodec' }
        : { kind: 'missing-toolkit', asker: 'configure', path: null },
  },
];

export const family = familyOf('FFmpeg', SENTENCES);
