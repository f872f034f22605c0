/**
 * FFmpeg's nvenc and cuvid: which driver they ask for, and what this GPU's encoder does not take. What it cannot load, and what CUDA
 * answers, it says as others do.
 *
 *     [h264_nvenc @ 0x55] Driver does not support the required nvenc API version. Required: 12.1 Found: 11.1
 *     [h264_nvenc @ 0x55] The minimum required Nvidia driver for nvenc is 530.41.03 or newer
 *     [h264_nvenc @ 0x55] OpenEncodeSessionEx failed: unsupported device (2): (no details)
 *     [hevc_nvenc @ 0x55] No capable devices found
 *     [AVHWDeviceContext @ 0x5] Could not dynamically load CUDA
 */
import { familyOf, type Sentence } from '../family.ts';
import { firstGroup, mismatch, outOfMemory, troubled } from '../said.ts';

/** ERROR: failed checking for nvcc.; ERROR: cuda_sdk requested but not found; ERROR: libnpp not found */
const OF_CONFIGURE: readonly Sentence[] = [
  {
    literal: ['failed checking for nvcc', 'error: cuda'],
    pattern: /^ERROR: (?:failed checking for nvcc\b|cuda(?:_sdk|_nvcc)? requested but not found)/i,
    says: () => ({ kind: 'missing-toolkit', asker: 'ffmpeg', path: null }),
  },
  {
    literal: 'error: libnpp ',
    pattern: /^ERROR: libnpp (?:requested but )?not found/i,
    says: () => ({ kind: 'missing-library', soname: 'libnppc.so', asker: 'ffmpeg', by: 'linker' }),
  },
  {
    literal: 'requested, but not all dependencies',
    pattern:
      /^ERROR: (?:cuda|nvenc|nvdec|cuvid|ffnvcodec) requested, but not all dependencies are satisfied: ffnvcodec/i,
    says: () => ({ kind: 'missing-pkg-config', library: 'ffnvcodec' }),
  },
];

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
  // Of libcuda, libnvcuvid, libnvidia-encode: which of them the line before says, in some releases.
  troubled('driver-library-not-found', 'could not dynamically load cuda', /Could not dynamically load CUDA/i),
  ...OF_CONFIGURE,
];

export const family = familyOf('FFmpeg', SENTENCES, [
  {
    literal: ['_nvenc @', '_cuvid @', '_nvenc:', '_cuvid:'],
    pattern: /\w_(?:nvenc|cuvid)(?: @|:).{0,40}(?:fail|cannot|no capable|not support)/i,
  },
  {
    literal: ['error: cuda', 'error: nv', 'error: ffnvcodec', 'error: libnpp'],
    pattern: /^ERROR: (?:cuda|nvenc|nvdec|ffnvcodec|libnpp)\w{0,20} requested/,
  },
]);
