/** Small annotations files in COCO's form. */
export interface CocoSections {
  images?: readonly unknown[];
  annotations?: readonly unknown[];
  categories?: readonly unknown[];
}

/** Sections in COCO's order: the categories last. Person 1, cat 17, dog 18 unless others are given. */
export function cocoFile({
  images = [],
  annotations = [],
  categories,
}: CocoSections): Required<CocoSections> & {
  info: unknown;
} {
  return {
    info: { description: 'drawn', year: 2017 },
    images,
    annotations,
    categories: categories ?? [
      { supercategory: 'person', id: 1, name: 'person' },
      { supercategory: 'vehicle', id: 10, name: 'traffic light' },
      { supercategory: 'animal', id: 17, name: 'cat' },
      { supercategory: 'animal', id: 18, name: 'dog' },
    ],
  };
}
