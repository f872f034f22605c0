import { describe, expect, it } from 'vitest';
import docs from 'assets:docs/diagnoses';
import found from 'modules:src/doctor/diagnoses:diagnosis';
import fixtures from 'modules:test/doctor/fixtures:fixtures';
import { DIAGNOSES } from '../../src/doctor/registry.ts';
import { LAYERS } from '../../src/doctor/layers.ts';

const known = new Set(DIAGNOSES.map(({ code }) => code));

describe('the registry of diagnoses', () => {
  it('holds each code once, in kebab-case: codes are public API', () => {
    expect(known.size).toBe(DIAGNOSES.length);
    expect(DIAGNOSES.filter(({ code }) => !/^[a-z0-9]+([-.][a-z0-9]+)*$/.test(code))).toEqual([]);
  });

  it('lists layers in display order', () => {
    const order = DIAGNOSES.map(({ layer }) => LAYERS.indexOf(layer));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it.each(DIAGNOSES.map((one) => [one.code, one] as const))(
    '%s: names known codes only, and has steps',
    (_code, one) => {
      const named = [one.causes, one.excludes, one.explainedBy].flatMap((links) =>
        (links ?? []).map(({ code }) => code),
      );
      expect([...named, ...(one.related ?? [])].filter((code) => !known.has(code))).toEqual([]);
      const steps = one.remedy(null);
      expect(steps.length).toBeGreaterThan(0);
      for (const step of steps) expect((step.argv === undefined) !== (step.script === undefined)).toBe(true);
      const ids = steps.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(
        steps.filter(({ alternativeTo }) => alternativeTo !== null && !ids.includes(alternativeTo)),
      ).toEqual([]);
    },
  );

  it('explainedBy has no ring, in which two findings would remove each other', () => {
    const explains = new Map(
      DIAGNOSES.map(({ code, explainedBy }) => [code, (explainedBy ?? []).map((link) => link.code)]),
    );
    const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
      (explains.get(from) ?? []).some(
        (next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))),
      );
    expect([...known].filter((code) => reaches(code, code))).toEqual([]);
  });
});

describe('what belongs to a diagnosis', () => {
  it('lies in the folder of its layer: what lies elsewhere would never be asked', () => {
    expect(Object.keys(found).toSorted()).toEqual(
      DIAGNOSES.map(({ layer, code }) => `${layer}/${code}`).toSorted(),
    );
  });

  it.each(DIAGNOSES.map((one) => [one.code, one] as const))(
    '%s: has machines where it judges facts and lines where it is recognised in text, or is experimental',
    (code, { layer, judge, hears, experimental }) => {
      const { machine, lines } = fixtures[`${layer}/${code}`] ?? {};
      const full = (list: readonly string[] | undefined): boolean => (list ?? []).length > 0;
      // How a GPU computed is heard as testimony, and no line of a text says it.
      const ofMachine = hears?.kinds.every((kind) => kind === 'compute-failed') === true;
      const ofText = ofMachine ? undefined : hears;
      const complete =
        ((judge === undefined && !ofMachine) || machine !== undefined) &&
        (ofText === undefined || [lines?.shows, lines?.neighbour, lines?.missing].every(full));
      expect(experimental === true).toBe(!complete);
      expect(judge ?? hears).toBeDefined();
    },
  );

  it('has no fixtures without a diagnosis', () => {
    const known = new Set(DIAGNOSES.map(({ layer, code }) => `${layer}/${code}`));
    expect(Object.keys(fixtures).filter((path) => !known.has(path))).toEqual([]);
  });
});

describe('the pages of the codes', () => {
  it('every code has a page, and every page a code', () => {
    expect(Object.keys(docs).sort()).toEqual([...known].map((code) => `${code}.md`).sort());
  });

  it.each(Object.entries(docs))('%s: is complete and names known codes only', (name, text) => {
    const code = name.replace(/\.md$/, '');
    expect(text.startsWith(`# ${code}: `)).toBe(true);
    for (const part of ['How one sees it', 'Why it happens', 'What to do', 'How to prevent it', 'Related']) {
      expect(text).toContain(`\n## ${part}\n`);
    }
    const related = /## Related\n\n([\s\S]*)$/.exec(text)![1]!;
    const named = [...related.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((each) => !known.has(each))).toEqual([]);
    // "(`disk-full`)", "see `disk-full`": how pages point to one another.
    const pointed = [...text.matchAll(/(?:\(|[Ss]ee |read )`([a-z0-9]+(?:-[a-z0-9.]+)+)`/g)].map(
      (match) => match[1]!,
    );
    const packages = /^(nvidia|linux|cuda-toolkit|opencv)/;
    expect(pointed.filter((each) => !known.has(each) && !packages.test(each))).toEqual([]);
  });
});
