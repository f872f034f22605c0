/**
 * A darknet .weights file of a plain chain of convolutions: version (3 x int32; from 0.2 on the images seen are an int64),
 * images seen, then per layer biases, with batch normalisation scales, means and variances, and the weights; all FP32,
 * little-endian.
 */
import { GpuSetupError } from '../../base/errors.ts';
import type { Section } from '../cfg/cfg.ts';
import { flag, integer, word } from '../cfg/options.ts';

export interface Convolution {
  filters: number;
  channels: number;
  size: number;
  stride: number;
  pad: number;
  leaky: boolean;
  biases: Float32Array;
  /** Null without batch normalisation. */
  norm: { scales: Float32Array; means: Float32Array; variances: Float32Array } | null;
  /** By filter, channel, row, column. */
  weights: Float32Array;
}

/**
 * @param sections of the [convolutional] layers, in order
 * @param channels of the network's input
 * @throws GpuSetupError `bad-weights` where the file does not fit the network
 */
export function readConvolutions(
  sections: readonly Section[],
  channels: number,
  bytes: Uint8Array,
  file: string,
): Convolution[] {
  const reader = new FloatReader(bytes, file);
  let input = channels;
  const layers = sections.map((section): Convolution => {
    const filters = integer(section, 'filters', 1, { least: 1 });
    const size = integer(section, 'size', 1, { least: 1 });
    const biases = reader.take(filters);
    const norm = flag(section, 'batch_normalize')
      ? { scales: reader.take(filters), means: reader.take(filters), variances: reader.take(filters) }
      : null;
    const layer = {
      filters,
      channels: input,
      size,
      stride: integer(section, 'stride', 1, { least: 1 }),
      pad: flag(section, 'pad') ? Math.trunc(size / 2) : integer(section, 'padding', 0),
      leaky: word(section, 'activation', 'logistic') === 'leaky',
      biases,
      norm,
      weights: reader.take(filters * input * size * size),
    };
    input = filters;
    return layer;
  });
  reader.end();
  return layers;
}

class FloatReader {
  readonly #view: DataView;
  readonly #file: string;
  #at: number;

  constructor(bytes: Uint8Array, file: string) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#file = file;
    if (bytes.length < 16) throw this.#misfit();
    const [major, minor] = [this.#view.getInt32(0, true), this.#view.getInt32(4, true)];
    this.#at = major * 10 + minor >= 2 ? 20 : 16;
  }

  take(count: number): Float32Array {
    if (this.#at + 4 * count > this.#view.byteLength) throw this.#misfit();
    const from = this.#at;
    this.#at += 4 * count;
    return Float32Array.from({ length: count }, (_, index) => this.#view.getFloat32(from + 4 * index, true));
  }

  end(): void {
    if (this.#at !== this.#view.byteLength) throw this.#misfit();
  }

  #misfit(): GpuSetupError {
    return new GpuSetupError(
      'bad-weights',
      `${this.#file} has ${this.#view.byteLength} bytes, which do not fit its network`,
      { hint: 'was it written whole? Free some space and train again' },
    );
  }
}
