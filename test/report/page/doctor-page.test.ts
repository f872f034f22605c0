/** The page of a report: what it holds, and what a real browser makes of it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { DoctorReport } from '../../../src/doctor/types.ts';
import { doctorPage } from '../../../src/report/page/doctor-page.ts';
import { inChromium, type Page } from '../../support/chromium.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { check, crowded, diagnosis, result, step } from '../doctor-results.ts';

/** Whatever comes from outside, as somebody would write it who wants to do harm. */
const HOSTILE = `"'><script>document.title='taken'</script><img src=http://127.0.0.1:9/x onerror=alert(1)>\u202e\u001b[31m&amp;`;

const hostile = result({
  verdict: 'failed',
  machine: HOSTILE,
  label: HOSTILE,
  diagnoses: [
    diagnosis('nouveau-in-use', {
      summary: HOSTILE,
      subject: `env:${HOSTILE}`,
      title: HOSTILE,
      evidence: [{ from: HOSTILE, excerpt: HOSTILE }],
      fix: [step('one', { title: HOSTILE, argv: ['echo', HOSTILE] })],
      next: [{ ask: HOSTILE, argv: [HOSTILE] }],
    }),
  ],
  checks: [
    check('kernel-driver', 'error', { summary: HOSTILE, evidence: [{ from: HOSTILE, excerpt: HOSTILE }] }),
  ],
  facts: {
    ...result().facts,
    os: { prettyName: HOSTILE },
    gpus: [{ name: HOSTILE }],
    unknown: { [HOSTILE]: HOSTILE },
  },
});

describe('the page of a report', () => {
  it('has the headline, every layer that was looked at, every finding, its evidence and its commands', () => {
    const page = doctorPage(crowded);
    for (const one of crowded.diagnoses) {
      expect(page).toContain(one.summary.replaceAll("'", '&#39;'));
      for (const { excerpt } of one.evidence) expect(page).toContain(excerpt.trim());
    }
    expect(page).toContain('sudo apt-get install driver');
    for (const { layer } of crowded.checks) expect(page).toMatch(new RegExp(`class="name">\\s*${layer}\\b`));
  });

  it('is the same for the same result', () => {
    expect(doctorPage(crowded)).toBe(doctorPage(crowded));
  });

  it('marks the broken layer, and ties to it what hangs on it and nothing else', () => {
    const rows = [
      ...doctorPage(crowded).matchAll(/<li class="layer ([^"]*)"[\s\S]*?class="name">\s*([a-z-]+)/g),
    ];
    const layersWith = (name: string): string[] =>
      rows.filter(([, classes]) => classes!.split(' ').includes(name)).map(([, , layer]) => layer!);
    expect(layersWith('root')).toEqual(['kernel-driver']);
    expect(layersWith('hangs')).toEqual(['driver-library', 'device']);
    expect(rows.map(([, , layer]) => layer)).toEqual(
      ['compiler', 'cudnn', 'toolkit', 'container', 'driver-library', 'device', 'kernel-driver', 'platform', 'hardware', 'apt'], // prettier-ignore
    );
  });

  it('has nothing broken to show on a healthy machine', () => {
    const page = doctorPage(result());
    expect(page).toContain('This machine is ready to run CUDA programs.');
    expect(page).not.toContain('What was found');
    expect(page).not.toMatch(/class="layer[^"]* (?:root|tied)/);
  });

  it('turns nothing from outside into markup', () => {
    const page = doctorPage(hostile);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toMatch(/<img|\u202e|\u001b/);
    expect(page.match(/Content-Security-Policy/g)).toHaveLength(1);
  });

  it('lets nothing in that it does not bring itself', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(doctorPage(crowded))![1]!;
    expect(policy).toMatch(/^default-src &#39;none&#39;; style-src &#39;sha256-/);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });
});

describe.runIf(hasPrograms('chromium'))('the page in a real browser (needs chromium)', () => {
  const opened = <T>(report: DoctorReport, act: (page: Page, url: string) => Promise<T>): Promise<T> => {
    const file = join(tempDir(), 'report.html');
    writeFileSync(file, doctorPage(report));
    const url = pathToFileURL(file).href;
    return inChromium(url, (page) => act(page, url));
  };
  const SIZE = 'document.documentElement.scrollWidth';

  it('copies what is to be typed, unfolds its evidence, and asks for nothing', async () => {
    await opened(crowded, async (page, url) => {
      const first = await page.evaluate<string>(
        `document.querySelector('.finding .fix .command code').textContent`,
      );
      expect(first).toBe('sudo apt-get install driver');
      await page.click('.finding .fix button.copy');
      await expect
        .poll(() => page.evaluate(`document.querySelector('.told').textContent`))
        .toBe('Copied to the clipboard');
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(first);
      const rows = `document.querySelector('.finding .why dl').checkVisibility({ contentVisibilityAuto: true }) &&
        document.querySelector('.finding .why dl').getBoundingClientRect().height > 0`;
      expect(await page.evaluate(`document.querySelector('.finding .why').open`)).toBe(false);
      await page.click('.finding .why summary');
      expect(await page.evaluate(`document.querySelector('.finding .why').open`)).toBe(true);
      expect(await page.evaluate(rows)).toBe(true);
      await page.click('.layer.root summary');
      expect(await page.evaluate(`document.querySelector('.layer.root details').open`)).toBe(true);
      expect(page.requests.filter((one) => one !== url && one !== 'data:,')).toEqual([]);
      expect(page.complaints).toEqual([]);
    });
  });

  it('shows what would do harm as text, and none of it does anything', async () => {
    await opened(hostile, async (page, url) => {
      expect(await page.evaluate('document.title')).toContain('<script>');
      expect(await page.evaluate(`document.querySelectorAll('img').length`)).toBe(0);
      expect(page.requests.filter((one) => one !== url && one !== 'data:,')).toEqual([]);
      expect(page.complaints).toEqual([]);
    });
  });

  it('would not load even what was smuggled in: its policy forbids it', async () => {
    await opened(result(), async (page) => {
      await page.evaluate(`new Promise((done) => {
        const picture = new Image();
        picture.onerror = picture.onload = done;
        picture.src = 'http://127.0.0.1:9/x.png';
      })`);
      expect(page.complaints.join()).toContain('Content Security Policy');
    });
  });

  it.each([
    ['a crowded one', crowded],
    ['a hostile one', hostile],
  ])('fits a phone: %s', async (_, report) => {
    await opened(report, async (page) => {
      await page.send('Emulation.setDeviceMetricsOverride', { width: 375, height: 700, deviceScaleFactor: 2, mobile: true }); // prettier-ignore
      await page.evaluate(`document.querySelectorAll('details').forEach((one) => (one.open = true))`);
      expect(await page.evaluate(SIZE)).toBeLessThanOrEqual(375);
      const small = `[...document.querySelectorAll('button.copy')].filter((one) => one.getBoundingClientRect().right > 375).length`;
      expect(await page.evaluate(small)).toBe(0);
    });
  });

  it('is light by day and dark by night, and readable in both', async () => {
    await opened(crowded, async (page) => {
      const colours = `[...new Set(['body', 'header', '.layer', '.finding', '.command'].map((one) => {
        const { color, backgroundColor } = getComputedStyle(document.querySelector(one));
        return one + ' ' + color + ' ' + backgroundColor;
      }))]`;
      const seen: string[][] = [];
      for (const value of ['light', 'dark']) {
        await page.send('Emulation.setEmulatedMedia', {
          features: [{ name: 'prefers-color-scheme', value }],
        });
        seen.push(await page.evaluate<string[]>(colours));
      }
      const [light, dark] = seen as [string[], string[]];
      expect(light.filter((one) => dark.includes(one))).toEqual([]);
      expect(dark[0]).toMatch(/^body rgb\(2\d\d, 2\d\d, 2\d\d\) rgb\([1-4]?\d, [1-4]?\d, [1-4]?\d\)$/);
    });
  });

  it('prints all of it, without buttons', async () => {
    await opened(crowded, async (page) => {
      await page.send('Emulation.setEmulatedMedia', { media: 'print' });
      await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
      expect(await page.evaluate(`document.querySelectorAll('details:not([open])').length`)).toBe(0);
      expect(await page.evaluate(`getComputedStyle(document.querySelector('button.copy')).display`)).toBe(
        'none',
      );
      await page.evaluate(`dispatchEvent(new Event('afterprint'))`);
      expect(await page.evaluate(`document.querySelector('.finding .why').open`)).toBe(false);
    });
  });
});
