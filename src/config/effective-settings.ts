/** Which value each setting has, and where that comes from. */
import { folders, type Environment } from '../base/folders.ts';
import type { Settings } from './parse-configuration.ts';
import { SETTINGS, type Setting } from './settings.ts';

export interface EffectiveSetting {
  key: string;
  /** Null where there is none. Users and passwords in addresses are masked. */
  value: string | readonly string[] | null;
  from: 'environment' | 'file' | 'default';
  /** The variable, where it is one. */
  variable: string | null;
}

/** Every setting; of mirrors, those that the file names. */
export function effectiveSettings(settings: Settings, env: Environment, uid: number): EffectiveSetting[] {
  return SETTINGS.flatMap((setting) =>
    setting.key === 'mirrors.<source>'
      ? Object.keys(settings.mirrors ?? {})
          .sort()
          .map((id) => effective(setting, `mirrors.${id}`, settings, env, uid))
      : [effective(setting, setting.key, settings, env, uid)],
  );
}

export function effective(
  setting: Setting,
  key: string,
  settings: Settings,
  env: Environment,
  uid: number,
): EffectiveSetting {
  // Only for proxies an empty variable says something: none.
  const counts = (value: string | undefined): boolean =>
    value !== undefined && (value !== '' || key.startsWith('proxy.'));
  const variable = setting.variables.find((name) => counts(env[name]));
  if (variable !== undefined) {
    return { key, value: masked(env[variable]!), from: 'environment', variable };
  }
  const value = valueInFile(settings, key);
  if (value !== null) return { key, value, from: 'file', variable: null };
  return { key, value: otherwise(key, env, uid), from: 'default', variable: null };
}

/** What the file says, whatever wins over it; null where it says nothing. Users and passwords in addresses are masked. */
export function valueInFile(settings: Settings, key: string): EffectiveSetting['value'] {
  const value = inFile(settings, key);
  return value === undefined ? null : maskedAll(value);
}

function inFile(settings: Settings, key: string): string | readonly string[] | undefined {
  const [first, rest] = [key.split('.')[0]!, key.slice(key.indexOf('.') + 1)];
  if (first === 'mirrors') return settings.mirrors?.[rest];
  if (first === 'proxy') return settings.proxy?.[rest as keyof NonNullable<Settings['proxy']>];
  return settings[key as 'home' | 'cache' | 'colour' | 'components' | 'licences'];
}

function otherwise(key: string, env: Environment, uid: number): string | null {
  if (key === 'colour') return 'auto';
  return key === 'home' || key === 'cache' ? folders(env, uid)[key] : null;
}

const maskedAll = (value: string | readonly string[]): string | readonly string[] =>
  typeof value === 'string' ? masked(value) : value.map(masked);

/** `http://user:word@host:3128/?key=1` as `http://***@host:3128/?***`. What only looks like a login is masked too. */
export function masked(text: string): string {
  if (!/[@?]/.test(text) || text.startsWith('/')) return text;
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/i, '$1***@').replace(/\?.*$/, '?***');
}
