/**
 * One dependency as conda takes it:
 *
 *     pytorch            python=3.9         tensorflow=2.4.1=gpu_py39h8236f22_0      nvidia::cuda-toolkit
 *     pytorch=2.1.*      cudnn>=8.2,<9      conda-forge::jaxlib 0.4.14 cuda112*      numpy==1.26
 */
import pep440 from 'on-demand:@renovatebot/pep440';

export interface CondaSpec {
  name: string;
  /** A PEP 440 specifier; empty: any. */
  specifier: string;
  /** "gpu_py39h8236f22_0", "*cuda*"; null: any. */
  build: string | null;
}

/** Null for what is no spec. */
export function parseCondaSpec(text: string): CondaSpec | null {
  const match = /^(?:[\w./-]+::)?([A-Za-z0-9_][\w.-]{0,200})(?:\[[^\]]{0,500}\])?\s*(.*)$/.exec(
    text.trim().slice(0, 1000),
  );
  if (match === null) return null;
  const [version, build] = versionAndBuild(match[2]!.replace(/\[[^\]]*\]$/, '').trim());
  const specifier = specifierOf(version);
  return specifier === null ? null : { name: match[1]!.toLowerCase(), specifier, build };
}

/** "=2.4.1=gpu_0", "2.4.1 gpu_0", ">=2.4,<3" */
function versionAndBuild(rest: string): [version: string, build: string | null] {
  const glued = /^(=(?!=)[^=\s<>!~]+)=([^=\s]+)$/.exec(rest);
  if (glued !== null) return [glued[1]!, glued[2]!];
  const [version = '', build = null] = /^[<>=!~]+\s/.test(rest)
    ? [rest.replace(/\s+/g, '')]
    : rest.split(/\s+/);
  return [version, build];
}

/** Conda's =2.4 means 2.4 and what begins with it, its ==2.4 and a bare 2.4 that version alone. */
function specifierOf(version: string): string | null {
  if (version === '' || version === '*' || version === '=*') return '';
  // Alternatives have no words in PEP 440: nothing is said of the version then.
  if (version.includes('|')) return '';
  const parts = version.split(',').map((part) => {
    const one = part.trim();
    if (/^=(?!=)/.test(one)) return `==${one.slice(1).replace(/(?:\.?\*)?$/, '.*')}`;
    if (/^[<>!~=]/.test(one)) return one.replace(/^([<>]=?)(.*?)\.?\*$/, '$1$2');
    return `==${one}`;
  });
  const specifier = parts.join(',');
  return pep440().validRange(specifier) ? specifier : null;
}
