/**
 * A page of docs/diagnoses (Markdown) on a terminal: headings, wrapped paragraphs and lists, code as it stands. Only what
 * those pages use; anything else is shown as it is written.
 */
import { escapeText } from '../base/escape.ts';
import { style, type Style } from './style.ts';
import type { Terminal } from './terminal.ts';
import { textWidth, wrap } from './wrap.ts';

export function renderPage(markdown: string, terminal: Terminal): string {
  const paint = style(terminal);
  const width = textWidth(terminal);
  const lines = escapeText(markdown).replaceAll('\r\n', '\n').trimEnd().split('\n');
  const out: string[] = [];
  let paragraph: string[] = [];
  let lead: readonly [string, string] = ['', ''];
  const flush = (): void => {
    if (paragraph.length > 0) {
      const text = holdCode(plainMarks(paragraph.join(' ')));
      out.push(...wrap(text, width, ...lead).map((line) => paintCode(line, paint)));
    }
    paragraph = [];
    lead = ['', ''];
  };
  let fence: string | null = null;
  for (const line of lines) {
    const mark = /^\s*(```+|~~~+)/.exec(line)?.[1];
    if (fence !== null) {
      if (mark !== undefined && mark.startsWith(fence)) fence = null;
      else out.push(line === '' ? '' : `    ${paint.bold(line)}`);
      continue;
    }
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    const item = /^(\s*)([-*]|\d+\.)\s+(.*)$/.exec(line);
    if (mark !== undefined) {
      flush();
      fence = mark;
    } else if (heading !== null) {
      flush();
      out.push(paint.bold(plainMarks(heading[2]!)));
    } else if (item !== null) {
      flush();
      const bullet = /\d/.test(item[2]!) ? item[2]! : paint.symbols.bullet;
      lead = [`${item[1]}  ${bullet} `, ' '.repeat(item[1]!.length + bullet.length + 3)];
      paragraph = [item[3]!];
    } else if (line.trim() === '') {
      flush();
      if (out.at(-1) !== '') out.push('');
    } else if (/^\s*\|/.test(line) || (/^ {4}/.test(line) && paragraph.length === 0)) {
      flush();
      out.push(line);
    } else {
      paragraph.push(line.trim());
    }
  }
  flush();
  return `${out.join('\n')}\n`;
}

/** The text of the first heading, without markup; null where the page has none. */
export function pageTitle(markdown: string): string | null {
  const heading = /^#\s+(.*)$/m.exec(markdown)?.[1];
  return heading === undefined ? null : plainMarks(heading.trim());
}

/** Stands for a space inside `code`, which is not broken: what is to be typed can then be copied whole. */
const HELD_SPACE = '\ue000';

function holdCode(text: string): string {
  return text.replace(/`[^`]+`/g, (code) => code.replaceAll(' ', HELD_SPACE));
}

/** `code` keeps its backticks where no colour can show it. */
function paintCode(line: string, paint: Style): string {
  const marks = paint.bold('x') !== 'x';
  return line
    .replaceAll(HELD_SPACE, ' ')
    .replace(/`([^`]+)`/g, (marked, code: string) => (marks ? paint.bold(code) : marked));
}

/** Emphasis marks and link brackets go; `code` is left alone. */
function plainMarks(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part, at) => (at % 2 === 1 ? part : plainText(part)))
    .join('');
}

function plainText(text: string): string {
  return text
    .replace(/\[([^\]]*)\]\(([^)\s]*)\)/g, (_, label: string, url: string) =>
      /^https?:/.test(url) && url !== label ? `${label} (${url})` : label,
    )
    .replace(/\*\*([^*]+)\*\*/g, '$1');
}
