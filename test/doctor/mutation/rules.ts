/**
 * Every rule of the doctor that can be taken out on its own: a sentence of a family of text, a kind of testimony that a diagnosis
 * judges, its judgement of facts. Taking one out changes the very objects that the doctor holds, so that the doctor
 * itself needs no switch for it; `without` puts it back.
 */
import { DIAGNOSES } from '../../../src/doctor/registry.ts';
import type { Diagnosis } from '../../../src/doctor/types.ts';
import { FAMILIES } from '../../../src/doctor/witness/read.ts';

export interface Rule {
  /** "sentence of kernel log: /NVRM: Xid/", "hears of out-of-gpu-memory: error-code" */
  name: string;
  /** Runs `action` while the rule is not there. */
  without<T>(action: () => T): T;
  /** Calls `acted` whenever the rule says something, until what it returns is called. */
  watch(acted: () => void): () => void;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Puts `value` in the place of a property while `action` runs. */
function replaced<O extends object, K extends keyof O, T>(of: O, key: K, value: O[K], action: () => T): T {
  const restore = put(of, key, value);
  try {
    return action();
  } finally {
    restore();
  }
}

function put<O extends object, K extends keyof O>(of: O, key: K, value: O[K]): () => void {
  const writable = of as Writable<O>;
  const before = of[key];
  writable[key] = value;
  return () => {
    writable[key] = before;
  };
}

const allBut = <T>(all: readonly T[], one: T): T[] => all.filter((other) => other !== one);

const sentences: readonly Rule[] = FAMILIES.flatMap((family) =>
  family.sentences.map((sentence) => ({
    name: `sentence of ${family.name}: ${sentence.pattern}`,
    without: (action) => replaced(family, 'sentences', allBut(family.sentences, sentence), action),
    watch: (acted) => {
      const { says } = sentence;
      return put(sentence, 'says', (match, before) => {
        const said = says(match, before);
        if (said !== null) acted();
        return said;
      });
    },
  })),
);

const passages: readonly Rule[] = FAMILIES.flatMap((family) => {
  const read = family.passages;
  if (read === undefined) return [];
  return [
    {
      name: `passages of ${family.name}`,
      without: (action) => {
        const { passages: _, ...rest } = family;
        return replaced(FAMILIES as Writable<typeof FAMILIES>, FAMILIES.indexOf(family), rest, action);
      },
      watch: (acted) => {
        const { says } = read;
        return put(read, 'says', (lines) => {
          const said = says(lines);
          if (said.length > 0) acted();
          return said;
        });
      },
    } satisfies Rule,
  ];
});

const hearings: readonly Rule[] = DIAGNOSES.flatMap((diagnosis) =>
  (diagnosis.hears?.kinds ?? []).map((kind) => ({
    name: `hears of ${diagnosis.code}: ${kind}`,
    without: (action) =>
      replaced(
        diagnosis,
        'hears',
        { ...diagnosis.hears!, kinds: allBut(diagnosis.hears!.kinds, kind) },
        action,
      ),
    watch: (acted) => {
      const { judge } = diagnosis.hears!;
      return put(diagnosis.hears!, 'judge', (one, all, facts) => {
        const heard = judge(one, all, facts);
        if (heard !== null && one.kind === kind) acted();
        return heard;
      });
    },
  })),
);

const judgements: readonly Rule[] = DIAGNOSES.filter(({ judge }) => judge !== undefined).map((diagnosis) => ({
  name: `judgement of ${diagnosis.code}`,
  without: (action) => replaced(diagnosis, 'judge', () => [], action),
  watch: (acted) => {
    const judge = diagnosis.judge!;
    return put(diagnosis as Diagnosis, 'judge', (facts, question) => {
      const found = [...judge(facts, question)];
      if (found.length > 0) acted();
      return found;
    });
  },
}));

export const RULES: readonly Rule[] = [...sentences, ...passages, ...hearings, ...judgements];
