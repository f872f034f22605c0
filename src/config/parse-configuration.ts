/** The text of the configuration file: its form, and what is wrong with a text that has another one. */
import { z } from 'zod';
import { GpuSetupError } from '../base/errors.ts';
import { nearest } from '../base/suggest.ts';
import { readYaml, type Reading } from '../formats/structured-text.ts';
import { COMPONENTS, type Component } from '../prefix/layout/component.ts';
import { COLOURS } from './settings.ts';

/** What the file says; what it does not say is not there. */
export interface Settings {
  home?: string | undefined;
  cache?: string | undefined;
  colour?: (typeof COLOURS)[number] | undefined;
  components?: readonly Component[] | undefined;
  licences?: readonly string[] | undefined;
  /** Addresses by the id of a source. */
  mirrors?: Readonly<Record<string, readonly string[]>> | undefined;
  proxy?:
    | {
        http?: string | undefined;
        https?: string | undefined;
        no_proxy?: readonly string[] | undefined;
      }
    | undefined;
}

const textOf = (what: string) => z.string({ error: `expected ${what}` });

const folder = textOf('an absolute path').startsWith('/', { error: 'expected an absolute path' });

const url = (schemes: RegExp, what: string) =>
  textOf(what).refine((text) => schemes.test(text) && URL.canParse(text), { error: `expected ${what}` });

const proxy = url(/^https?:\/\//i, 'an http:// or https:// URL, as in http://proxy.example.com:3128');
const address = url(/^(https?:\/\/|file:\/)/i, 'an http://, https:// or file:/ URL, or a list of them');

/** One value may stand without the brackets of a list. */
const listOf = <T extends z.ZodType>(one: T) =>
  z.preprocess(
    (value) => (Array.isArray(value) ? value : [value]),
    z.array(one).min(1, { error: 'expected at least one value' }),
  );

const choice = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words, {
    error: ({ input }) => {
      const near = typeof input === 'string' ? nearest(input, words, 1)[0] : undefined;
      return `expected one of ${words.join(', ')}${near === undefined ? '' : `; did you mean ${near}?`}`;
    },
  });

const word = textOf('a text').regex(/^[^\s,]+$/, { error: 'expected a word without blanks and commas' });

/** What stands for nothing (`proxy:` and no value behind it) is as if it were not there. */
const optional = <T extends z.ZodType>(one: T) => one.nullish().transform((value) => value ?? undefined);

/** Keys that are not known are said with the one that was probably meant, at their own place. */
function strict<T extends z.ZodRawShape>(shape: T, what: string) {
  return z.looseObject(shape, { error: `expected ${what}` }).superRefine((value, context) => {
    for (const key of Object.keys(value)) {
      if (Object.hasOwn(shape, key)) continue;
      const near = nearest(key, Object.keys(shape), 1)[0];
      const known =
        near === undefined ? `known are ${Object.keys(shape).join(', ')}` : `did you mean ${near}?`;
      context.addIssue({ code: 'custom', path: [key], message: `there is no such setting; ${known}` });
    }
  });
}

const FORM: z.ZodType<Settings> = strict(
  {
    home: optional(folder),
    cache: optional(folder),
    colour: optional(choice(COLOURS)),
    components: optional(listOf(choice(COMPONENTS))),
    licences: optional(listOf(word)),
    mirrors: optional(
      z.record(z.string(), listOf(address), {
        error: 'expected the ids of sources, each with its addresses',
      }),
    ),
    proxy: optional(
      strict(
        { http: optional(proxy), https: optional(proxy), no_proxy: optional(listOf(word)) },
        'http, https and no_proxy, each with its value',
      ),
    ),
  },
  'settings, each with its value, as in "colour: never"',
);

/** Only comments, or nothing at all, are no settings. */
export function readSettings(text: string): Reading<Settings> {
  return readYaml(
    text,
    FORM.nullable().transform((value) => value ?? {}),
  );
}

/** @throws GpuSetupError `bad-config` with file, line and what was expected */
export function parseConfiguration(text: string, file: string): Settings {
  const reading = readSettings(text);
  if (reading.ok) return reading.value;
  const { line, path, what } = reading.trouble;
  throw badConfig(file, line, path.length === 0 ? what : `${path.join('.')}: ${what}`);
}

export function badConfig(file: string, line: number | null, what: string): GpuSetupError {
  return new GpuSetupError('bad-config', `${file}${line === null ? '' : `:${line}`}: ${what}`, {
    details: { file, line },
  });
}
