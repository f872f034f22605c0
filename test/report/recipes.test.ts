import { describe, expect, it } from 'vitest';
import { renderRecipes, type RecipeRow } from '../../src/report/recipes.ts';

const ROWS: readonly RecipeRow[] = [
  {
    name: 'yolov4-nano',
    title: 'yolov4-nano, a small network of the YOLO family',
    from: 'built-in',
    capabilities: ['smoke', 'prepare'],
    install: null,
  },
];

describe('the list of recipes', () => {
  it('cuts nothing on a narrow terminal: each recipe has lines of its own, broken at words', () => {
    const terminal = { columns: 40, color: false, interactive: true, unicode: true };
    expect(renderRecipes(ROWS, terminal)).toBe(
      'yolov4-nano\n  smoke, prepare (built-in)\n  yolov4-nano, a small network of the\n  YOLO family\n',
    );
  });

  it('is a table in a pipe, whatever the width', () => {
    const text = renderRecipes(ROWS, { columns: 40, color: false, interactive: false, unicode: false });
    expect(text).toMatch(
      /^NAME +CAN +FROM +WHAT IT IS\nyolov4-nano +smoke +prepare +built-in +yolov4-nano, a small network of the YOLO family\n$/,
    );
  });

  it('says what an installed one holds', () => {
    const cuda10: RecipeRow = {
      name: 'cuda10',
      title: 'CUDA 10.0 with cuDNN 7.5',
      from: 'built-in',
      capabilities: ['install'],
      install: {
        specs: [
          { name: 'cuda', version: '10.0' },
          { name: 'cudnn', version: '7.5' },
        ],
        components: ['compiler', 'libraries', 'cudnn'],
      },
    };
    const text = renderRecipes([cuda10], { columns: 40, color: false, interactive: false, unicode: false });
    expect(text).toContain('holds cuda@10.0, cudnn@7.5: compiler, libraries, cudnn');
  });
});
