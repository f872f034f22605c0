/** What commands take from the user's configuration, in the form in which the rooms below take it. */
import type { Mirrors } from '../apt/sources/mirrors.ts';
import type { Context } from './command.ts';

export function mirrorsOf({ configuration }: Pick<Context, 'configuration'>): Mirrors | undefined {
  const { path, settings } = configuration;
  return path === null || settings.mirrors === undefined
    ? undefined
    : { addresses: settings.mirrors, file: path };
}
