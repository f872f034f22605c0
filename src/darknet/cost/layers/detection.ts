/** Layers that read boxes out of the network: [yolo], [Gaussian_yolo], [region], [detection], and [contrastive] beside them. */
import type { Section } from '../../cfg/cfg.ts';
import { imageOutput, inputImage, layerAt, demand, vectorOutput, type Cost, type Place } from '../layer.ts';
import { integer, listLength } from '../../cfg/options.ts';

const NO_EMBEDDING = 999_999;

export function yolo(section: Section, place: Place): Cost {
  const anchors = usedAnchors(section);
  return {
    ...grid(section, place, anchors, 4),
    detector: { anchors, embeddingSize: embeddingSize(section, place, anchors) },
  };
}

/** Every coordinate comes with its uncertainty. */
export function gaussianYolo(section: Section, place: Place): Cost {
  return grid(section, place, usedAnchors(section), 8);
}

export function region(section: Section, place: Place): Cost {
  return grid(
    section,
    place,
    integer(section, 'num', 1, { least: 1 }),
    integer(section, 'coords', 4, { least: 0 }),
  );
}

function usedAnchors(section: Section): number {
  return listLength(section, 'mask') ?? integer(section, 'num', 1, { least: 1 });
}

/** Per place and anchor: coordinates, objectness and classes. */
function grid(section: Section, place: Place, anchors: number, coordinates: number): Cost {
  const { width, height } = inputImage(section, place);
  const channels = anchors * (integer(section, 'classes', 20, { least: 0 }) + coordinates + 1);
  const output = imageOutput(width, height, channels);
  demand(
    section,
    output.values === place.input.values,
    `gets ${place.input.values / (width * height)} channels for ${anchors} anchors`,
    `filters=${channels} in the layer before, (classes + ${coordinates + 1}) * ${anchors}`,
  );
  return { output };
}

function embeddingSize(section: Section, place: Place, anchors: number): number {
  const index = integer(section, 'embedding_layer', NO_EMBEDDING);
  if (index === NO_EMBEDDING) return 0;
  const { kernel } = layerAt(section, 'embedding_layer', index, place);
  return Math.trunc((kernel?.filters ?? 0) / anchors);
}

/** YOLOv1. */
export function detection(section: Section, place: Place): Cost {
  const [coords, classes, num] = ['coords', 'classes', 'num'].map((key) =>
    integer(section, key, 1, { least: 0 }),
  ) as [number, number, number];
  const side = integer(section, 'side', 7, { least: 1 });
  const values = side * side * ((1 + coords) * num + classes);
  demand(
    section,
    values === place.input.values,
    `gets ${place.input.values} values`,
    `${values}: side * side * ((1 + coords) * num + classes)`,
  );
  return { output: vectorOutput(values) };
}

/** Trains the embeddings of a [yolo]. */
export function contrastive(section: Section, place: Place): Cost {
  const { width, height } = inputImage(section, place);
  const owner = layerAt(section, 'yolo_layer', integer(section, 'yolo_layer', 0), place);
  const { detector } = owner;
  demand(
    section,
    detector !== undefined,
    `yolo_layer is layer ${owner.index} [${owner.type}]`,
    'a yolo_layer that is a [yolo]',
  );
  const { anchors, embeddingSize: wanted } = detector!;
  const size = Math.trunc(place.input.values / (anchors * width * height));
  demand(
    section,
    size === wanted,
    `gets embeddings of ${size} values, its [yolo] of ${wanted}`,
    'the [convolutional] that embedding_layer of the [yolo] names',
  );
  return { output: vectorOutput(place.input.values) };
}
