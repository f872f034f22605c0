import type { CodeGroup } from './types.ts';

export const NETWORK = {
  title: 'Network',
  commands: 'install, search, build',
  codes: {
    'host-unreachable': {
      means: 'A server did not answer.',
      remedy: 'check the network; behind a proxy set http_proxy and https_proxy',
    },
    'tls-failed': {
      means: 'The certificate of a server is not accepted.',
      remedy: 'where a proxy inspects TLS, name its CA certificate in NODE_EXTRA_CA_CERTS',
    },
    'transfer-interrupted': {
      means: 'The connection broke off in the middle.',
      remedy: 'run the same command again: what was fetched is kept',
    },
    'http-error': {
      means: 'A server refused: the message has its status.',
      remedy:
        'after 401 or 407 give the login that server or proxy wants; else try later or use another source',
    },
    'too-many-redirects': {
      means: 'A server sends from address to address without an end.',
      remedy: 'use another source; a login page of the network may stand in between',
    },
    'bad-redirect': {
      means: 'A server redirects to something that is neither http nor https, or no address at all.',
      remedy: 'use another source; a login page of the network may stand in between',
    },
    'response-too-large': {
      means: 'A server sends more than was announced or can be right.',
      remedy: 'use another source; a login page of the network may stand in between',
    },
    'bad-url': {
      means: 'An address is neither http nor https.',
      remedy: 'correct it where it stands: in a .sources file or a variable of the proxy',
    },
    'file-unreadable': {
      means: 'A file of a source on this machine (file:) cannot be read.',
      remedy: 'make it readable, or use another source',
    },
  },
} as const satisfies CodeGroup;
