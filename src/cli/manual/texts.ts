/** What the manual page says beside the commands: each pair a name and what is to be said of it. */
import { ExitCode } from '../../base/errors.ts';

type Pairs = readonly (readonly [string, string])[];

export const ENVIRONMENT: Pairs = [
  ['GPU_SETUP_HOME', 'the folder of prefixes, builds and the store'],
  ['GPU_SETUP_CACHE', 'the folder of downloads and indexes'],
  ['GPU_SETUP_CONFIG', 'the folder of the configuration file, of own recipes and own sources'],
  ['http_proxy, https_proxy, no_proxy', 'proxies for what gpu-setup fetches'],
  ['NO_COLOR, FORCE_COLOR', 'output without or with colours, whatever it goes to'],
  ['COLUMNS', 'how wide the lines of the output are'],
];

export const FILES: Pairs = [
  ['~/.config/gpu-setup/config.yaml', 'settings of a user; of root: /etc/gpu-setup/config.yaml'],
  ['~/.local/share/gpu-setup', 'the home of a user; of root: /opt/gpu-setup'],
  ['~/.cache/gpu-setup', 'the cache of a user; of root: /var/cache/gpu-setup'],
];

export const EXIT_STATUS: Pairs = [
  [String(ExitCode.ok), 'fine'],
  [String(ExitCode.failed), 'what was asked about is wrong or is not there, or could not be done'],
  [String(ExitCode.usage), 'the call was wrong'],
  [String(ExitCode.unverified), 'nothing wrong was found, but a check that is required could not be made'],
  [String(ExitCode.bug), 'a bug in gpu-setup'],
  [
    `${ExitCode.runFailed}, ${ExitCode.notExecutable}, ${ExitCode.notFound}`,
    'of run itself: it failed, the program cannot be executed, or there is none; else the code of the program',
  ],
  [`${ExitCode.interrupted}, ${ExitCode.terminated}`, 'stopped by Ctrl-C, or by SIGTERM'],
];
