/** Where something was seen, and what was seen there. */
import type { Evidence } from '../../doctor/types.ts';
import { html, type Html } from './html.ts';

export const evidenceList = (rows: readonly Evidence[]): Html | null =>
  rows.length === 0
    ? null
    : html`<dl class="evidence">
        ${rows.map(
          ({ from, excerpt }) =>
            html`<div>
              <dt>${from}</dt>
              <dd>${pre(excerpt.trimEnd())}</dd>
            </div>`,
        )}
      </dl>`;

/** White space in it counts, so nothing of the template's own may stand in it. */
export const pre = (text: string): Html => html`<pre><code>${text}</code></pre>`;
