/**
 * A doctor's result as one page that stands alone: it loads nothing, its policy lets it load nothing, and of scripts and
 * styles only its own two run, by their digests. The result is to be without personal data.
 */
import assets from 'assets:src/report/page/assets';
import { createHash } from 'node:crypto';
import type { DoctorReport } from '../../doctor/types.ts';
import { summarize } from '../doctor-summary.ts';
import { findings } from './findings.ts';
import { Html, html } from './html.ts';
import { machineRows, unknownRows, type Row } from './machine-rows.ts';
import { stackDrawing } from './stack.ts';

export function doctorPage(report: DoctorReport): string {
  const summary = summarize(report);
  const { headline } = summary;
  const name = report.label ?? report.machine;
  const [style, script] = [assets['page.css']!, assets['page.js']!];
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy(style, script)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="data:," />
        <title>gpu-setup doctor: ${headline.word} (${name})</title>
        ${own('style', style)}
      </head>
      <body>
        <main>
          <header class="${headline.status}">
            <p class="word">${headline.word}</p>
            <h1>${headline.sentence}</h1>
            <p>${report.outlook.sentence}</p>
            <p class="about">${name}, to ${report.purpose} CUDA programs</p>
          </header>
          ${stackDrawing(report, summary)} ${findings(report, summary)} ${machine(report)}
          <footer>
            <p>
              Made by gpu-setup ${report.version} at ${report.at}. Names, addresses and numbers that would
              tell whose machine this is were replaced.
            </p>
          </footer>
        </main>
        <p class="told" role="status" aria-live="polite"></p>
        ${own('script', script)}
      </body>
    </html> `;
  return page.text;
}

/** Without a space around: the digest is that of everything between the tags. */
const own = (tag: 'style' | 'script', text: string): Html => new Html(`<${tag}>${text}</${tag}>`);

function policy(style: string, script: string): string {
  const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `style-src ${digest(style)}`,
    `script-src ${digest(script)}`,
    // The empty picture keeps a browser from asking for one.
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function machine({ facts }: DoctorReport): Html {
  const unknown = unknownRows(facts);
  return html`<section aria-labelledby="machine">
    <h2 id="machine">The machine</h2>
    ${list(machineRows(facts))}
    ${
      unknown.length === 0
        ? null
        : html`<details class="unknown">
            <summary>Could not be looked at (${unknown.length})</summary>
            ${list(unknown)}
          </details>`
    }
  </section>`;
}

const list = (rows: readonly Row[]): Html =>
  html`<dl class="rows">
    ${rows.map(
      ([name, values]) =>
        html`<div>
          <dt>${name}</dt>
          ${values.map((value) => html`<dd>${value}</dd>`)}
        </div>`,
    )}
  </dl>`;
