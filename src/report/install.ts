/** What `install` tells a person: the plan, or what was installed. */
import { isForeign } from '../base/architecture.ts';
import { escapeLine } from '../base/escape.ts';
import { shellLine } from '../base/processes/shell-line.ts';
import type { PrefixInfo } from '../machine/records/prefix-manifest.ts';
import type { Spent } from '../prefix/install/execute-plan.ts';
import { SYSROOT_NOTE, type HostCompiler } from '../prefix/use/host-compiler.ts';
import {
  describeAction,
  licencesOf,
  networkBytes,
  type InstallPlan,
  type LeftOut,
} from '../prefix/plan/install-plan.ts';
import { installedToolchain, toolchainText } from './host-toolchain.ts';
import { partsText } from './parts.ts';
import { style } from './style.ts';
import { table } from './table.ts';
import { saysAll, type Terminal } from './terminal.ts';
import { bytesText, secondsText } from './units.ts';
import { textWidth, wrap } from './wrap.ts';

/** "CUDA 10.0.130 with cuDNN 7.5.0.56" */
export function toolkitTitle({ cuda, cudnn }: { cuda: string; cudnn: string | null }): string {
  return `CUDA ${cuda}${cudnn === null ? '' : ` with cuDNN ${cudnn}`}`;
}

/** "24 packages, 1.2 GB to download (0.3 GB are here already), at most 3.1 GB on disk (1.1 GB of them in the store already)" */
export function planSizes(plan: InstallPlan): string {
  const { packages, bytes } = plan;
  const network = networkBytes(plan);
  const there = bytes.fetchCached + bytes.fetch - network;
  const here = there === 0 ? '' : ` (${bytesText(there)} are here already)`;
  const count = packages.length === 1 ? '1 package' : `${packages.length} packages`;
  const stored =
    bytes.diskInStore === 0 ? '' : ` (${bytesText(bytes.diskInStore)} of them in the store already)`;
  const whole = bytes.whole === undefined ? '' : ` of ${bytesText(bytes.whole)} for all of it`;
  return `${count}, ${bytesText(network)} to download${whole}${here}, at most ${bytesText(bytes.diskAtMost)} on disk${stored}`;
}

/** Only where it is another machine than this one. */
function forWhom(architecture: string | undefined): string[][] {
  return isForeign(architecture) ? [['for', `machines of ${architecture}`]] : [];
}

export function renderPlan(plan: InstallPlan, terminal: Terminal): string {
  const paint = style(terminal);
  const { request, components } = plan;
  const sources = plan.sources.map(({ id, overridden }) =>
    overridden ? `${id} (from your configuration)` : id,
  );
  const toolchain = toolchainText(plan);
  const facts: string[][] = [
    ...forWhom(request.architecture),
    ['from', [...new Set(sources)].join(', ')],
    ['components', components.join(', ')],
    ...(plan.parts === undefined ? [] : [['parts', partsText(plan.parts, plan.neededParts ?? [])]]),
    ['into', `${plan.home}/prefixes/${request.name}`],
    ['size', planSizes(plan)],
    ...(plan.lock === undefined ? [] : [['lock', plan.lock.digest]]),
    ...(toolchain === null ? [] : [['host compiler', toolchain]]),
    ...licencesOf(plan).map(({ title, url }) => ['licence', `${title}: ${url}`]),
    ...hostLines(plan, saysAll(terminal)).map((line) => ['host', line]),
  ];
  const rows = plan.packages.map((one) => [
    one.name,
    one.version,
    bytesText(one.size),
    one.components.join(', '),
  ]);
  return [
    `${paint.bold(`Would install: ${escapeLine(request.name)}, ${escapeLine(toolkitTitle(plan))}`)}\n`,
    table([], facts, terminal),
    '\n',
    table(['PACKAGE', 'VERSION', 'SIZE', 'FOR'], rows, terminal),
    `\n${actionLines(plan, terminal).join('\n')}\n`,
    ...warningLines(plan.warnings, terminal),
  ].join('');
}

/**
 * Every action in its order, those of one kind that follow each other in one paragraph; then what is left out.
 *
 *     fetch           cuda-cublas-10-0, cuda-cudart-10-0
 *     place           cuda10-1
 *     not fetched     in the cache already: libcudnn7, libcudnn7-dev
 */
function actionLines({ actions, leftOut }: InstallPlan, terminal: Terminal): string[] {
  const groups: { title: string; subjects: string[] }[] = [];
  const add = (title: string, subject: string): void => {
    const last = groups.at(-1);
    if (last?.title === title) last.subjects.push(subject);
    else groups.push({ title, subjects: [subject] });
  };
  for (const action of actions) {
    const { name, subject } = describeAction(action);
    add(name, subject);
  }
  for (const what of ['component', 'fetch', 'unpack'] as const) {
    const rows = leftOut.filter((one) => one.what === what);
    for (const because of new Set(rows.map((one) => one.because))) {
      const names = rows.filter((one) => one.because === because).map(({ name }) => name);
      groups.push({ title: NOT_DONE[what], subjects: [`${REASONS[because]}: ${names.join(', ')}`] });
    }
  }
  const width = Math.max(...groups.map(({ title }) => title.length)) + 2;
  return groups.flatMap(({ title, subjects }) =>
    told(subjects.join(', '), title.padEnd(width), ' '.repeat(width), terminal),
  );
}

const NOT_DONE: Readonly<Record<LeftOut['what'], string>> = {
  component: 'not installed',
  fetch: 'not fetched',
  unpack: 'not unpacked',
};
const REASONS: Readonly<Record<LeftOut['because'], string>> = {
  'in-cache': 'in the cache already',
  'in-store': 'in the store already',
  'not-offered': 'not in the sources that were asked',
};

/**
 * @param spent null: it was there already
 * @param lockDigest null: the prefix has no lock
 * @param done what happened, where it is something else
 */
export function renderInstalled(
  prefix: PrefixInfo,
  compiler: HostCompiler,
  spent: Spent | null,
  lockDigest: string | null,
  terminal: Terminal,
  done?: string,
): string {
  const paint = style(terminal);
  const name = escapeLine(prefix.name);
  const toolchain = installedToolchain(prefix.packages);
  const facts: string[][] = [
    ...forWhom(prefix.architecture),
    ['path', prefix.path],
    ['on disk', diskText(prefix)],
    ...(spent === null ? [] : [['took', spentText(spent)]]),
    ...(compiler.state === 'found' ? [['host compiler', compiler.path]] : []),
    ...(lockDigest === null ? [] : [['lock', lockDigest]]),
    ...(toolchain === null
      ? []
      : [
          ['', toolchain],
          ['', SYSROOT_NOTE],
        ]),
    ...useLines(prefix, compiler),
  ];
  const what = done ?? (spent === null ? 'Already installed' : 'Installed');
  return `${paint.green(paint.symbols.ok)} ${paint.bold(`${what}: ${name}, ${escapeLine(toolkitTitle(prefix))}`)}\n${table([], facts, terminal)}`;
}

function useLines(prefix: PrefixInfo, compiler: HostCompiler): string[][] {
  const name = escapeLine(prefix.name);
  if (isForeign(prefix.architecture))
    return [
      [
        'use it',
        `in such a machine or root file system, in any folder: ${shellLine(['cp', '-a', `${prefix.path}/.`, 'FOLDER'])}`,
      ],
    ];
  return [
    [
      'use it',
      `gpu-setup run ${name} -- ${compiler.state === 'not-applicable' ? 'COMMAND' : 'nvcc --version'}`,
    ],
    ['or', `eval "$(gpu-setup env ${name})"`],
  ];
}

/** "2.4 GB: 2.4 GB shared with the store, 8.1 MB its own" */
function diskText({ bytes: { own, shared } }: PrefixInfo): string {
  const all = bytesText(own + shared);
  return shared === 0 ? all : `${all}: ${bytesText(shared)} shared with the store, ${bytesText(own)} its own`;
}

function spentText({ seconds, fetchedBytes }: Spent): string {
  const fetched = fetchedBytes === 0 ? 'nothing to download' : `${bytesText(fetchedBytes)} downloaded`;
  return `${secondsText(seconds)}, ${fetched}`;
}

/**
 * What the host lacks, one line per requirement; one line where all is well or nothing could be checked.
 *
 * @param all whether every package that wants something is named
 */
export function hostLines({ host, request }: Pick<InstallPlan, 'host' | 'request'>, all: boolean): string[] {
  if (isForeign(request.architecture)) return elsewhereLines(host);
  const unmet = host.filter(({ status }) => status === 'missing' || status === 'too-old');
  const unknown = host.filter(({ status }) => status === 'unknown').length;
  const lines = unmet.map(({ clause, status, found, wantedBy }) => {
    const has = status === 'too-old' ? `too old (${found})` : 'missing';
    return `${alternatives(clause)}: ${has}, wanted by ${all ? wantedBy.join(', ') : someOf(wantedBy)}`;
  });
  if (unknown > 0) lines.push(`${unknown} requirements could not be checked: this host has no dpkg`);
  if (lines.length === 0 && host.length > 0) lines.push('has all that these packages need');
  return lines;
}

/** What nobody can check from here, that machine has to have. */
function elsewhereLines(host: InstallPlan['host']): string[] {
  const clauses = [...new Set(host.map(({ clause }) => alternatives(clause)))];
  return clauses.length === 0 ? [] : [`that machine has to have: ${clauses.join(', ')}`];
}

/** "libc6 (>= 2.14) or libc6.1", of apt's "libc6 (>= 2.14) | libc6.1"; packages name some alternatives twice. */
function alternatives(clause: string): string {
  return [...new Set(clause.split('|').map((one) => one.trim()))].join(' or ');
}

const NAMED = 3;

function someOf(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return rest > 0 ? `${names.slice(0, NAMED).join(', ')} and ${rest} more` : names.join(', ');
}

export function warningLines(warnings: readonly string[], terminal: Terminal): string[] {
  const paint = style(terminal);
  const mark = paint.symbols.warning;
  return warnings.map((text) => {
    const lines = told(text, `${mark} `, ' '.repeat(mark.length + 1), terminal);
    return `\n${paint.magenta(lines.join('\n'))}\n`;
  });
}

/** Broken at words on a terminal; elsewhere one line, for what searches it. */
function told(text: string, first: string, rest: string, terminal: Terminal): string[] {
  const line = escapeLine(text);
  return terminal.interactive ? wrap(line, textWidth(terminal), first, rest) : [first + line];
}
