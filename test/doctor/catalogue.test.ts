/**
 * The catalogue as a whole. Each code has its page and stands in a row of the report; a machine's facts or a text show it, with a
 * neighbour and a case without evidence; and where programs say it in words, it is understood in at least two wordings, of two
 * programs or of two releases of one. Where that cannot be, it is said why.
 */
import { describe, expect, it } from 'vitest';
import docs from 'assets:docs/diagnoses';
import fixtures from 'modules:test/doctor/fixtures:fixtures';
import { DIAGNOSES } from '../../src/doctor/registry.ts';
import { ALL_COLLECTED } from './witness/all-collected.ts';

/** Codes that no program says in words. */
const WITHOUT_TEXT: Readonly<Record<string, string>> = {
  'jetson-server-packages':
    'package managers install them without a word, and nothing that fails later names them',
  'wsl1-no-gpu':
    "it is the kernel's name that shows it; what fails there fails as on a machine without a driver",
  'gpu-computes-wrong': 'wrong numbers are seen by --deep alone, which compares them',
  'libcuda-breaks': 'the process of --deep ends, and says nothing',
  'cuda-does-not-compute': "it is what --deep has seen; a program's own words are of the error that it met",
  'gpu-power-limited': 'a slower GPU complains to nobody',
  'pcie-link-degraded': 'a narrower link complains to nobody',
  'persistence-mode-off': 'a GPU that wakes anew for each program complains to nobody',
  'nvidia-utils-missing': 'that nvidia-smi is not found says first that there may be no driver',
  'process-holds-old-libraries': 'the map of the process shows it; the process goes on without a word',
  'process-mixes-cuda': 'the map of the process shows it; what it leads to has words of its own',
  'prefix-damaged': 'what fails there names the file or library that it does not find',
  'cuda-symlink-mismatch': 'what does not find its CUDA there says that it finds none',
  'distro-toolkit-layout': 'what looks for CUDA in one folder says that it finds none',
};

/** Codes that one program says, in one sentence. */
const ONE_SENTENCE: Readonly<Record<string, string>> = {
  'wsl-host-driver-too-old': "Microsoft's notice",
  'container-cgroup-lost':
    "NVML's name for an error that it does not know, said by nvidia-smi alone in these words",
  'sudo-drops-cuda-env': "sudo's",
  'darknet-cudnn-half-unsupported': 'a status of cuDNN, as darknet prints it',
  'tensorflow-gpu-package-removed': "the package's own",
};

/** The same sentence with other numbers, paths and names in it is one wording. */
const wordingOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/["'`‘’][^"'`‘’]{0,120}["'`‘’]/g, '""')
    .replace(/\S*\/\S+/g, '/')
    .replace(/[\da-f]*\d[\da-f.:]*/g, '0')
    .replace(/\s+/g, ' ');

function wordings(code: string, path: string): number {
  const collected = ALL_COLLECTED.filter(({ codes }) => codes[0] === code).map(({ text }) => text);
  return new Set([...(fixtures[path]?.lines?.shows ?? []), ...collected].map(wordingOf)).size;
}

describe.each(DIAGNOSES.map((one) => [one.code, one] as const))('%s', (code, { layer, checks }) => {
  const fixture = fixtures[`${layer}/${code}`];

  it('has a page and a row of the report', () => {
    expect(docs[`${code}.md`]).toContain(`# ${code}: `);
    expect(checks.length).toBeGreaterThan(0);
  });

  it('is shown, is not in a neighbour, and is not claimed without evidence', () => {
    expect(fixture?.machine ?? fixture?.lines).toMatchObject({
      shows: expect.anything() as unknown,
      neighbour: expect.anything() as unknown,
      missing: expect.anything() as unknown,
    });
  });

  it('is understood in two wordings, or it is said why not', () => {
    const found = wordings(code, `${layer}/${code}`);
    if (code in WITHOUT_TEXT) expect(found).toBe(0);
    else if (code in ONE_SENTENCE) expect(found).toBe(1);
    else expect(found).toBeGreaterThanOrEqual(2);
  });
});

describe('the catalogue', () => {
  it('names no code that there is not', () => {
    const known = new Set(DIAGNOSES.map(({ code }) => code));
    const named = [...Object.keys(WITHOUT_TEXT), ...Object.keys(ONE_SENTENCE)];
    expect(named.filter((code) => !known.has(code))).toEqual([]);
  });
});
