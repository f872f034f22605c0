import { GpuSetupError } from '../../base/errors.ts';

/** Of an annotations file that cannot be used: where in it, what is wrong, what to do. */
export function badAnnotations(
  file: string,
  place: string | null,
  what: string,
  hint?: string,
): GpuSetupError {
  return new GpuSetupError('bad-annotations', `${place === null ? file : `${file}, ${place}`}: ${what}`, {
    hint:
      hint ??
      "it must have the form of COCO's instances_train2017.json: images, annotations with boxes, categories",
    details: { file, place },
  });
}
