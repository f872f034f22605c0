/**
 * The text of a darknet network definition (.cfg):
 *
 *     [net]
 *     width=416        # spaces and tabs count nowhere, not even inside a value
 *     ; comment        (a line of its own)
 *
 *     [convolutional]
 *     filters = 32
 *
 * Read as AlexeyAB's darknet reads it (src/parser.c, read_cfg): where a key stands twice the first one counts; a line
 * `key=` without a value is skipped. Where darknet would crash, GpuSetupError `bad-cfg` says where and why.
 */
import { badCfg } from './bad-cfg.ts';

/** The largest definition that darknet comes with has 31 KB. */
export const MAX_CFG_BYTES = 1 << 20;

/** Longer lines than any list of anchors are quoted no further in errors. */
const QUOTED = 60;

export interface Option {
  value: string;
  line: number;
}

export interface Section {
  file: string;
  /** Without brackets: "convolutional". */
  name: string;
  /** Of the section's head, counted from 1. */
  line: number;
  options: ReadonlyMap<string, Option>;
}

/**
 * @param file name for errors
 * @throws GpuSetupError `bad-cfg`
 */
export function parseCfg(bytes: Uint8Array, file: string): Section[] {
  if (bytes.length > MAX_CFG_BYTES)
    throw badCfg(file, null, `the file is larger than ${MAX_CFG_BYTES >> 20} MiB`, 'a network definition');
  const zero = bytes.indexOf(0);
  if (zero !== -1) throw badCfg(file, lineAt(bytes, zero), 'a zero byte: the file is binary', 'text');
  // A byte order mark would belong to the first line; comments may be in any encoding.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const sections: (Section & { options: Map<string, Option> })[] = [];
  for (const [at, raw] of text.split('\n').entries()) {
    const line = at + 1;
    const bare = raw.replace(/[ \t\r]/g, '');
    if (bare === '' || bare.startsWith('#') || bare.startsWith(';')) continue;
    if (bare.startsWith('[')) {
      sections.push({ file, name: sectionName(bare, file, line), line, options: new Map() });
      continue;
    }
    const current = sections.at(-1);
    if (current === undefined) throw badCfg(file, line, `${quote(bare)} before the first section`, '[net]');
    const cut = bare.indexOf('=');
    if (cut < 1) throw badCfg(file, line, quote(bare), 'key=value, [section] or # comment');
    const [key, value] = [bare.slice(0, cut), bare.slice(cut + 1)];
    if (value !== '' && !current.options.has(key)) current.options.set(key, { value, line });
  }
  if (sections.length === 0) throw badCfg(file, null, 'there is no section', '[net]');
  return sections;
}

export function quote(text: string): string {
  return `"${text.length > QUOTED ? `${text.slice(0, QUOTED)}...` : text}"`;
}

function sectionName(bare: string, file: string, line: number): string {
  const name = /^\[([^[\]]+)\]$/.exec(bare)?.[1];
  if (name === undefined)
    throw badCfg(file, line, quote(bare), 'a section as [convolutional], alone on its line');
  return name;
}

function lineAt(bytes: Uint8Array, end: number): number {
  let line = 1;
  for (let at = 0; at < end; at++) if (bytes[at] === 0x0a) line++;
  return line;
}
