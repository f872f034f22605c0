import builtIn from 'assets:apt-sources';
import { describe, expect, it } from 'vitest';
import { parseSource } from '../../../src/apt/sources/source-file.ts';
import { sourceText } from '../../../src/apt/sources/source-text.ts';
import type { Source } from '../../../src/apt/types.ts';
import { locationOf } from '../../support/location.ts';

const read = (text: string, id: string): Source =>
  parseSource(Buffer.from(text), id, 'file', { builtIn: null, architecture: 'amd64' });

describe('a source as text', () => {
  it.each(Object.entries(builtIn).filter(([, text]) => !/^Enabled: no/im.test(text)))(
    'says the same again: %s',
    (name, text) => {
      const source = read(text, name);
      expect(read(sourceText(source), name)).toEqual(source);
    },
  );

  it('holds no login', () => {
    const [name, text] = Object.entries(builtIn).find(([, one]) => /^URIs:/m.test(one))!;
    const source = {
      ...read(text, name),
      uris: [locationOf('https://me:s3cret@mirror.example/x/?key=s3cret')],
    };
    expect(sourceText(source)).toContain('https://mirror.example/x/');
    expect(sourceText(source)).not.toContain('s3cret');
  });
});
