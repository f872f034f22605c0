/**
 * An address: of a repository, a file in it, a proxy. It prints itself, in text, in JSON and in a debugger, without what
 * opens doors; only the HTTP client asks for the rest.
 */
import { inspect } from 'node:util';

/** What a request needs. Not to be printed, stored or handed on. */
export interface Revealed {
  /** With the query, without user and password. */
  url: string;
  login: { user: string; password: string } | null;
}

export class Location {
  readonly #url: URL;

  private constructor(url: URL) {
    this.#url = url;
  }

  /** Null where the text is no absolute URL. */
  static parse(text: string): Location | null {
    return URL.canParse(text) ? new Location(new URL(text)) : null;
  }

  get protocol(): string {
    return this.#url.protocol;
  }

  /** With the port, where it is not the usual one. */
  get host(): string {
    return this.#url.host;
  }

  /** Null where it is the usual one. */
  get port(): number | null {
    return this.#url.port === '' ? null : Number(this.#url.port);
  }

  get hostname(): string {
    return this.#url.hostname;
  }

  get pathname(): string {
    return this.#url.pathname;
  }

  get isHttp(): boolean {
    return this.protocol === 'http:' || this.protocol === 'https:';
  }

  sameOrigin(other: Location): boolean {
    return this.#url.origin === other.#url.origin && this.isHttp;
  }

  /**
   * The same server and login, a path further down. "+" and ":" stay as they are: NVIDIA's host takes "+" literally, in
   * names like "+cuda10.0"; all else is encoded, so that no path leads elsewhere.
   */
  below(path: string): Location {
    const url = new URL(this.#url);
    const encoded = path
      .split('/')
      .map((part) => encodeURIComponent(part).replaceAll('%2B', '+').replaceAll('%3A', ':'));
    url.pathname = `${url.pathname.replace(/\/*$/, '/')}${encoded.join('/')}`;
    return new Location(url);
  }

  /** The same server and login, another name in the place of the path's last one. */
  beside(name: string): Location {
    const url = new URL(this.#url);
    url.pathname = url.pathname.replace(/[^/]*\/*$/, encodeURIComponent(name));
    return new Location(url);
  }

  /** The location that a printed one is of, where it lies below this one: with this one's login and query. */
  completed(printed: string): Location | null {
    const folder = withoutSecrets(this.#url).replace(/\/*$/, '/');
    if (!printed.startsWith(folder) || !URL.canParse(printed)) return null;
    const url = new URL(this.#url);
    url.pathname = new URL(printed).pathname;
    return new Location(url);
  }

  /**
   * What the Location header of an answer leads to; null where that is nothing for a web client. A login in it is
   * dropped: it is not for a server to say as whom we come.
   */
  redirectedTo(header: string): Location | null {
    if (!URL.canParse(header, this.#url.href)) return null;
    const url = new URL(header, this.#url.href);
    if (!/^https?:$/.test(url.protocol)) return null;
    url.username = '';
    url.password = '';
    return new Location(url);
  }

  /** Without user, password and query: which of its parameters is a secret cannot be known. */
  toString(): string {
    return withoutSecrets(this.#url);
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return `Location ${this.toString()}`;
  }

  /** For the HTTP client alone. */
  reveal(): Revealed {
    const { username, password } = this.#url;
    const url = new URL(this.#url);
    url.username = '';
    url.password = '';
    url.hash = '';
    const login =
      username === '' && password === '' ? null : { user: decoded(username), password: decoded(password) };
    return { url: url.href, login };
  }
}

function withoutSecrets(from: URL): string {
  const url = new URL(from);
  url.username = '';
  url.password = '';
  url.search = '';
  url.hash = '';
  return url.href;
}

/** As it stands where it is not well encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
