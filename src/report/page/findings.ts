/** What was found: each with its evidence to unfold, and what to type, to be copied. */
import { shellLine } from '../../base/processes/shell-line.ts';
import type { DoctorReport, FixStep, NextQuestion, ReportedDiagnosis } from '../../doctor/types.ts';
import type { Summary } from '../doctor-summary.ts';
import { typedSteps, type TypedStep } from '../fix-steps.ts';
import { evidenceList, pre } from './evidence.ts';
import { Html, html } from './html.ts';

export function findings({ diagnoses }: DoctorReport, { root, consequences, others }: Summary): Html | null {
  if (diagnoses.length === 0) return null;
  const caused = diagnoses.filter((one) => one !== root && !others.includes(one));
  return html`<section aria-labelledby="findings">
    <h2 id="findings">What was found</h2>
    ${root === null ? null : finding(root, true)}
    ${
      caused.length === 0
        ? null
        : html`<details class="caused">
            <summary>Caused by this, and gone with it: ${consequences.join(', ')}</summary>
            ${caused.map((one) => finding(one, false))}
          </details>`
    }
    ${others.map((one) => finding(one, one.severity === 'error'))}
  </section>`;
}

/** @param open whether its steps are shown without being asked for */
function finding(one: ReportedDiagnosis, open: boolean): Html {
  const sure = one.confidence === 'certain' ? '' : `, ${one.confidence}`;
  return html`<article class="finding ${one.severity}" id="${`${one.code}@${one.subject}`}">
    <h3>${one.title}</h3>
    <p class="about"><code>${one.code}</code> ${one.severity}${sure}; ${one.subject}</p>
    <p>${one.summary}</p>
    ${
      one.evidence.length === 0
        ? null
        : html`<details class="why">
            <summary>Evidence (${one.evidence.length})</summary>
            ${evidenceList(one.evidence)}
          </details>`
    }
    ${
      one.fix.length === 0
        ? null
        : html`<details class="fix" ${open ? new Html('open') : null}>
            <summary>What to do</summary>
            ${steps(one.fix)}
          </details>`
    }
    ${one.next.map(question)}
    <div class="next">
      <p>More about it:</p>
      ${command([one.explain])}
    </div>
  </article>`;
}

/** A step and the ways that may take its place are one item: so the numbers are those of what is to be done. */
function steps(fix: readonly FixStep[]): Html {
  const items: TypedStep[][] = [];
  for (const step of typedSteps(fix)) {
    if (step.alternative && items.length > 0) items.at(-1)!.push(step);
    else items.push([step]);
  }
  return html`<ol class="steps">
    ${items.map(
      (item) =>
        html`<li>
          ${item.map((step, at) => html`<div class="${at === 0 ? 'step' : 'step other'}">${way(step, at > 0)}</div>`)}
        </li>`,
    )}
  </ol>`;
}

function way({ title, lines, needsReboot }: TypedStep, isOther: boolean): Html {
  return html`<p>
      ${isOther ? html`<b>or</b> ` : null}${title}${needsReboot ? html` <span class="tag">needs a reboot</span>` : null}
    </p>
    ${lines.length === 0 ? null : command(lines)}`;
}

const question = ({ ask, argv }: NextQuestion): Html =>
  html`<div class="next">
    <p><b>To be sure:</b> ${ask}</p>
    ${argv.length === 0 ? null : command([shellLine(argv)])}
  </div>`;

/** The button is shown by the script that makes it work. */
const command = (lines: readonly string[]): Html =>
  html`<div class="command">
    ${pre(lines.join('\n'))}<button type="button" class="copy" hidden>Copy</button>
  </div>`;
