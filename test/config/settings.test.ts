import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../src/config/parse-configuration.ts';
import { SETTINGS, settingAt, typableKeys } from '../../src/config/settings.ts';
import { edited } from '../../src/config/edit-configuration.ts';

const FILE = '/c/config.yaml';
const problem = (text: string): string => {
  try {
    parseConfiguration(text, FILE);
  } catch (error) {
    expect(error).toMatchObject({ code: 'bad-config', exitCode: 1, hint: expect.any(String) as string });
    return (error as Error).message;
  }
  throw new Error(`taken: ${text}`);
};

describe('the configuration file', () => {
  it.each(['', '# only a comment\n', '---\n', 'proxy:\nmirrors:\nhome:\n'])('may say nothing: %j', (text) => {
    expect(JSON.parse(JSON.stringify(parseConfiguration(text, FILE)))).toEqual({});
  });

  it('takes every setting that is documented, with its example', () => {
    for (const { key, example, form } of SETTINGS) {
      const at = settingAt(key.replace('<source>', 'debian-bookworm'), ['debian-bookworm']);
      const value = form === 'words' || form === 'urls' ? example : example[0]!;
      expect(() => parseConfiguration(edited('', at, value, FILE), FILE), key).not.toThrow();
    }
  });

  it('takes one value for a list', () => {
    const text =
      'licences: nvidia-cuda\nmirrors:\n  x: https://m.example.com/\nproxy:\n  no_proxy: localhost\n';
    expect(parseConfiguration(text, FILE)).toMatchObject({
      licences: ['nvidia-cuda'],
      mirrors: { x: ['https://m.example.com/'] },
      proxy: { no_proxy: ['localhost'] },
    });
  });

  it.each([
    ['hom: /x\n', ':1: hom: there is no such setting; did you mean home?'],
    ['home: /x\nproxy:\n  htp: http://p:1\n', ':3: proxy.htp: there is no such setting; did you mean http?'],
    ['home: here\n', ':1: home: expected an absolute path'],
    ['home: 3\n', ':1: home: expected an absolute path'],
    ['\n\ncolour: purple\n', ':3: colour: expected one of auto, always, never'],
    ['components: [compiler, libary]\n', ':1: components.1: expected one of compiler'],
    ['proxy: http://p:1\n', ':1: proxy: expected http, https and no_proxy'],
    ['proxy:\n  http: p:3128\n', ':2: proxy.http: expected an http:// or https:// URL'],
    ['mirrors:\n  x: ftp://m/\n', ':2: mirrors.x.0: expected an http://, https:// or file:/ URL'],
    ['mirrors: [a]\n', ':1: mirrors: expected the ids of sources'],
    ['- a\n', ':1: expected settings, each with its value'],
    ['home: /a\nhome: /b\n', ':2: '],
    ['home: "/a\n', ':2: '],
    ['a: &a [x]\nb: [*a, *a]\n', ':1: aliases'],
  ])('says file, line and what was expected of %j', (text, message) => {
    expect(problem(text)).toContain(`${FILE}${message}`);
  });

  it('ends at a bomb of aliases and at brackets without end', () => {
    const bomb = [
      'a: &a [x,x]',
      ...[...'bcdefghi'].map((n, at) => `${n}: &${n} [*${'abcdefgh'[at]!},*${'abcdefgh'[at]!}]`),
    ];
    expect(problem(`${bomb.join('\n')}\n`)).toContain('aliases');
    expect(problem(`home: ${'['.repeat(100_000)}`)).toContain(FILE);
  });
});

describe('keys', () => {
  it('are found, mirrors by the id of a source', () => {
    expect(settingAt('mirrors.a.b', ['a.b']).path).toEqual(['mirrors', 'a.b']);
    expect(settingAt('proxy.http', []).path).toEqual(['proxy', 'http']);
    expect(typableKeys(['s1'])).toContain('mirrors.s1');
  });

  it.each([
    ['colur', 'did you mean colour?'],
    ['mirrors.debian-bokworm', 'did you mean mirrors.debian-bookworm?'],
    ['mirrors.<source>', /./],
    ['proxy', /./],
  ])('that there are not are an error of the call: %s', (key, hint) => {
    expect(() => settingAt(key, ['debian-bookworm'])).toThrow(
      expect.objectContaining({
        code: 'unknown-setting',
        exitCode: 2,
        hint: expect.stringMatching(hint) as string,
      }),
    );
  });
});

describe('a change', () => {
  const text =
    '# mine\nhome: /a   # the big disk\n\n# colours hurt\ncolour: never\nproxy:\n  http: http://p:1\n';
  const at = (key: string) => settingAt(key, ['x']);

  it('keeps comments, order and everything else', () => {
    expect(edited(text, at('home'), '/b', FILE)).toBe(text.replace('/a  ', '/b').replace('/b #', '/b #'));
    const more = edited(text, at('components'), ['compiler'], FILE);
    expect(more).toBe(`${text.replace('/a   #', '/a #')}components: [ compiler ]\n`);
  });

  it('takes a setting away, and what is empty then', () => {
    expect(edited(text, at('proxy.http'), null, FILE)).not.toContain('proxy');
    expect(edited(text, at('mirrors.x'), null, FILE)).toContain('colour: never');
  });

  it('puts a value where nothing, or a wrong value, stands', () => {
    expect(edited('proxy:\n', at('proxy.http'), 'http://p:1', FILE)).toBe('proxy:\n  http: http://p:1\n');
    expect(edited('home: 3\n', at('home'), '/x', FILE)).toBe('home: /x\n');
    expect(edited('---\n', at('home'), '/x', FILE)).toContain('home: /x\n');
  });

  it('refuses a value of another form, and touches no file that is wrong elsewhere', () => {
    expect(() => edited(text, at('home'), 'here', FILE)).toThrow(
      expect.objectContaining({ code: 'bad-setting', exitCode: 2 }),
    );
    expect(() => edited('colour: 3\n', at('home'), '/x', FILE)).toThrow(
      expect.objectContaining({ code: 'bad-config', message: expect.stringContaining('colour') as string }),
    );
    expect(() => edited('{', at('home'), '/x', FILE)).toThrow(
      expect.objectContaining({ code: 'bad-config' }),
    );
    expect(() => edited('- a\n', at('home'), '/x', FILE)).toThrow(
      expect.objectContaining({ code: 'bad-config' }),
    );
  });

  it('mends a bad file by taking away what is wrong', () => {
    expect(edited('hom: /x\ncolour: never\n', { key: 'hom', path: ['hom'] }, null, FILE)).toBe(
      'colour: never\n',
    );
  });
});
