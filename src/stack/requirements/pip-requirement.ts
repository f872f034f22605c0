/**
 * One requirement as pip takes it (PEP 508), or a wheel by its address:
 *
 *     torch
 *     tensorflow[and-cuda]>=2.14,<2.16 ; python_version >= "3.9" and sys_platform == "linux"
 *     torch==2.1.0+cu118
 *     torch @ https://download.pytorch.org/whl/cu118/torch-2.0.1%2Bcu118-cp310-cp310-linux_x86_64.whl
 */
import pep440 from 'on-demand:@renovatebot/pep440';

export interface PipRequirement {
  /** As PEP 503 writes names: "onnxruntime-gpu". */
  name: string;
  extras: readonly string[];
  /** A PEP 440 specifier without the local part of a version; empty: any. */
  specifier: string;
  /** The local part of a version that is asked for exactly: "cu118". */
  local: string | null;
  marker: string | null;
  url: string | null;
  /** Of a wheel: the Python that it is for, "3.10". */
  python: string | null;
}

const HEAD = /^([A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?)\s*(?:\[([^\]]{0,1000})\])?\s*/;

/** Null for what is no requirement. */
export function parsePipRequirement(text: string): PipRequirement | null {
  const line = text.trim();
  if (/^(?:https?|file):\/\//.test(line)) return ofWheel(line.split(/[\s;]/)[0]!, null);
  const head = HEAD.exec(line);
  if (head === null) return null;
  const rest = line.slice(head[0].length);
  const extras = (head[2] ?? '')
    .split(',')
    .map(normalName)
    .filter((extra) => extra !== '');
  if (rest.startsWith('@')) {
    const [address = '', ...marker] = rest
      .slice(1)
      .trim()
      .split(/\s+;|;\s+/);
    const found = ofWheel(address, marker.join(';').trim() || null);
    return { ...(found ?? NOTHING), name: normalName(head[1]!), extras, url: address };
  }
  const at = rest.indexOf(';');
  const specifier = unwrapped((at < 0 ? rest : rest.slice(0, at)).trim());
  const local = /^={2,3}\s*[\w.!]+\+([A-Za-z0-9.]+)$/.exec(specifier)?.[1] ?? null;
  const plain = local === null ? specifier : specifier.slice(0, specifier.indexOf('+'));
  if (!isSpecifier(plain)) return null;
  const marker = at < 0 ? null : rest.slice(at + 1).trim() || null;
  return { ...NOTHING, name: normalName(head[1]!), extras, specifier: plain, local, marker };
}

const NOTHING = { name: '', extras: [], specifier: '', local: null, marker: null, url: null, python: null };

/** Whether it has the form of one: what a version is exactly is for whoever compares it, and a file has thousands of them. */
function isSpecifier(text: string): boolean {
  return text === '' || text.split(',').every((part) => PART.test(part.trim()));
}

const PART = /^(?:={2,3}|[<>~!]=|[<>])\s*v?\d[\w.*+!-]*$/;

/** "Flash_Attn" and "flash.attn" are "flash-attn". */
export function normalName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[-_.]+/g, '-');
}

/** "(>=1.0)" was once written so. */
function unwrapped(specifier: string): string {
  return specifier.startsWith('(') && specifier.endsWith(')') ? specifier.slice(1, -1).trim() : specifier;
}

/** torch-2.0.1%2Bcu118-cp310-cp310-linux_x86_64.whl: name, version, Python, ABI, platform. */
function ofWheel(address: string, marker: string | null): PipRequirement | null {
  const file = address.split(/[?#]/)[0]!.split('/').at(-1)!.replace(/%2B/gi, '+');
  const parts = file.endsWith('.whl') ? file.slice(0, -'.whl'.length).split('-') : [];
  const [name, version = '', tag = ''] = parts;
  if (name === undefined || parts.length < 5) return null;
  const [release = '', local = null] = version.split('+');
  const python = /^cp(\d)(\d+)$/.exec(tag);
  return {
    ...NOTHING,
    name: normalName(name),
    specifier: pep440().validRange(`==${release}`) ? `==${release}` : '',
    local,
    marker,
    url: address,
    python: python === null ? null : `${python[1]}.${python[2]}`,
  };
}
