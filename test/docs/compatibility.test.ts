/** docs/compatibility.md and its picture say what the tables hold. */
import { describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript, shared with npm run pictures
import { THEMES } from '../../scripts/pictures/themes.mjs';
import { compatibilityPage } from '../support/compatibility-page.ts';
import { compatibilityPicture, type Theme } from '../support/compatibility-picture.ts';

// After a change of the tables: npm run docs:compatibility
describe('docs/compatibility.md', () => {
  it('has the matrices of the tables', async () => {
    await expect(await compatibilityPage()).toMatchFileSnapshot('../../docs/compatibility.md');
  });

  it.each(Object.entries(THEMES as Record<string, Theme>))(
    'has its picture for %s pages',
    async (name, theme) => {
      await expect(compatibilityPicture(theme)).toMatchFileSnapshot(
        `../../docs/pictures/compatibility-${name}.svg`,
      );
    },
  );
});
