/** The settings of the configuration file: what each is for, and which variable of the environment wins over it. */
import { COMPONENTS } from '../prefix/layout/component.ts';
import { nearest } from '../base/suggest.ts';
import { usageError } from '../base/errors.ts';

export interface Setting {
  /** As it is typed: `proxy.http`; `mirrors.<source>` stands for one key per source. */
  key: string;
  /** What it is for, as a sentence without its full stop. */
  summary: string;
  /** How its value is written. */
  form: 'folder' | 'choice' | 'words' | 'url' | 'urls';
  choices?: readonly string[];
  /** Variables that win over it, the strongest first. */
  variables: readonly string[];
  /** A value that is understood. */
  example: readonly string[];
}

export const COLOURS = ['auto', 'always', 'never'] as const;

export const SETTINGS: readonly Setting[] = [
  {
    key: 'home',
    summary: 'the folder that prefixes, builds and the store are in',
    form: 'folder',
    variables: ['GPU_SETUP_HOME'],
    example: ['/data/gpu-setup'],
  },
  {
    key: 'cache',
    summary: 'the folder of downloads and indexes',
    form: 'folder',
    variables: ['GPU_SETUP_CACHE'],
    example: ['/scratch/gpu-setup-cache'],
  },
  {
    key: 'colour',
    summary: 'whether output is coloured: auto leaves it to the terminal',
    form: 'choice',
    choices: COLOURS,
    variables: ['NO_COLOR', 'FORCE_COLOR', 'CLICOLOR_FORCE', 'CLICOLOR'],
    example: ['never'],
  },
  {
    key: 'components',
    summary: "what install takes in place of the recipe's components; --with adds, --without takes away",
    form: 'words',
    choices: COMPONENTS,
    variables: [],
    example: ['compiler', 'libraries', 'cudnn'],
  },
  {
    key: 'licences',
    summary: 'ids of the licences that you have read and accept, so that install does not ask',
    form: 'words',
    variables: [],
    example: ['nvidia-cuda', 'nvidia-cudnn'],
  },
  {
    key: 'mirrors.<source>',
    summary:
      'where the packages of a source are fetched instead; the keys that must have signed them stay the same',
    form: 'urls',
    variables: [],
    example: ['https://mirror.example.com/nvidia/ubuntu1804/x86_64/'],
  },
  {
    key: 'proxy.http',
    summary: 'the proxy for http addresses',
    form: 'url',
    variables: ['http_proxy', 'HTTP_PROXY'],
    example: ['http://proxy.example.com:3128'],
  },
  {
    key: 'proxy.https',
    summary: 'the proxy for https addresses',
    form: 'url',
    variables: ['https_proxy', 'HTTPS_PROXY'],
    example: ['http://proxy.example.com:3128'],
  },
  {
    key: 'proxy.no_proxy',
    summary: 'hosts and domains that are reached without a proxy',
    form: 'words',
    variables: ['no_proxy', 'NO_PROXY'],
    example: ['localhost', '.example.com'],
  },
];

/** One setting as it was typed. */
export interface Addressed {
  setting: Setting;
  key: string;
  /** Where it stands in the file. */
  path: readonly string[];
}

const MIRRORS = 'mirrors.';

/**
 * @param sources ids that a mirror may be given for
 * @throws GpuSetupError (exit code 2) `unknown-setting`
 */
export function settingAt(key: string, sources: readonly string[]): Addressed {
  const source = key.startsWith(MIRRORS) ? key.slice(MIRRORS.length) : null;
  const setting = SETTINGS.find((one) => one.key === (source === null ? key : 'mirrors.<source>'));
  if (setting !== undefined && source === null && !key.includes('<')) {
    return { setting, key, path: key.split('.') };
  }
  if (setting !== undefined && source !== null && sources.includes(source)) {
    return { setting, key, path: ['mirrors', source] };
  }
  const known = typableKeys(sources);
  const near = nearest(key, known);
  throw usageError('unknown-setting', `there is no setting "${key.slice(0, 80)}"`, {
    hint:
      near.length > 0
        ? `did you mean ${near.join(' or ')}?`
        : `settings are ${SETTINGS.map((one) => one.key).join(', ')}`,
    details: { key, nearest: near },
  });
}

/** Every key that can be typed. */
export function typableKeys(sources: readonly string[]): string[] {
  return SETTINGS.flatMap(({ key }) =>
    key.startsWith(MIRRORS) ? sources.map((id) => `${MIRRORS}${id}`) : [key],
  );
}
