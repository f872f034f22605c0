/**
 * Encoders and decoders of the GPU as FFmpeg and what stands on it (OBS, HandBrake, Jellyfin, PyAV) speak of them. NVENC's status by
 * name: cuda-errors.ts.
 *
 *     [h264_nvenc @ 0x5581] Driver does not support the required nvenc API version. Required: 12.0 Found: 11.1
 *     [h264_nvenc @ 0x5581] The minimum required Nvidia driver for nvenc is 520.56.06 or newer
 *     [h264_nvenc @ 0x5581] OpenEncodeSessionEx failed: out of memory (10): (no details)
 *     [AVHWDeviceContext @ 0x5] Could not dynamically load CUDA
 */
import { familyOf, type Sentence } from '../family.ts';
import { numbered, troubled } from '../said.ts';

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'required nvidia driver for nvenc is',
    pattern: /minimum required Nvidia driver for nvenc is (?:\(unknown\)|(\d{3}(?:\.\d{1,3}){1,2}))/i,
    says: ([, driver]) =>
      driver === undefined
        ? numbered('nvenc', INVALID_VERSION)
        : {
            kind: 'version-mismatch',
            of: 'driver',
            found: null,
            expected: driver,
            atLeast: true,
            asker: 'NVENC',
          },
  },
  {
    literal: 'required nvenc api version',
    pattern: /does not support the required nvenc API version/i,
    says: () => numbered('nvenc', INVALID_VERSION),
  },
  {
    // FFmpeg's own words for the status, and the status
    literal: 'openencodesessionex failed',
    pattern: /OpenEncodeSessionEx failed: (?:[\w ]{1,40}\()?(\d{1,2})\b/i,
    says: ([, status]) => numbered('nvenc', Number(status)),
  },
  // Of libcuda, libnvcuvid, libnvidia-encode: which of them the line before says, in some releases.
  troubled('driver-library-not-found', 'could not dynamically load cuda', /Could not dynamically load CUDA/i),
];

/** NV_ENC_ERR_INVALID_VERSION */
const INVALID_VERSION = 15;

export const family = familyOf('video of the GPU', SENTENCES, [
  {
    literal: ['_nvenc @', '_cuvid @', '_nvenc:', '_cuvid:'],
    pattern: /\w_(?:nvenc|cuvid)(?: @|:).{0,40}(?:fail|cannot|no capable|not support)/i,
  },
]);
