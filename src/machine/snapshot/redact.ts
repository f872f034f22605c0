/**
 * Replaces personal data by stable pseudonyms: the same value becomes the same pseudonym everywhere in a recording, so
 * that what belongs together still does. Pseudonyms of names, UUIDs and MAC addresses have the length of what they
 * replace: columns of tables stay in place, and so do offsets in binary files.
 */
export const REDACTED_KINDS = [
  'user-name',
  'host-name',
  'uuid',
  'serial-number',
  'mac-address',
  'ip-address',
  'e-mail-address',
  'credential',
  'kernel-parameter',
] as const;
export type RedactedKind = (typeof REDACTED_KINDS)[number];

export interface KnownNames {
  users: readonly string[];
  hosts: readonly string[];
}

export interface Redactor {
  text(text: string): string;
  /** Names, UUIDs and MAC addresses only: their pseudonyms keep the length. */
  bytes(bytes: Uint8Array): Uint8Array;
  /** A name that is known to be one; names that are words of the trade stay ("nvidia", "ubuntu"). */
  name(kind: 'user-name' | 'host-name', name: string): string;
  /** A value that is known to be personal, whatever it looks like. */
  value(kind: RedactedKind, value: string): string;
  /** Kinds of which something was replaced so far. */
  kinds(): readonly RedactedKind[];
}

/**
 * Words of the trade that are also somebody's user or host name: replacing them would destroy what a recording is for,
 * and they identify nobody.
 */
const NOT_PERSONAL = new Set(
  (
    'root admin administrator user users ubuntu debian fedora centos rhel rocky alma arch archlinux gentoo suse opensuse ' +
    'mint pop manjaro kali linux gnu localhost localdomain host hostname home nobody daemon bin sys sync games man lp mail ' +
    'news uucp proxy backup list irc www-data systemd messagebus nvidia cuda cudnn nccl nvcc gpu gpus tesla geforce ' +
    'quadro driver drivers kernel module modules video render audio disk display docker podman container containers lxd ' +
    'kvm dev proc usr lib lib64 etc var tmp opt run sbin boot mnt media srv local share src include snap conda ' +
    'miniconda miniconda3 anaconda anaconda3 python tensorflow torch pytorch darknet server desktop laptop workstation ' +
    'vagrant pi jetson ec2-user azureuser runner jenkins linuxbrew lost+found test guest default none unknown shared data ' +
    // folders of gpu-setup's own, which may lie below somebody's /.../home
    'prefixes generations store state gpu-setup'
  ).split(' '),
);

/** Names that are shorter are replaced only where the place says that they are names (/home/al, al@host). */
const MIN_FREE_NAME = 4;

/** GUIDs that firmware specifications define: the same on every machine, and part of paths that probes ask for. */
const WELL_KNOWN_UUIDS = new Set([
  '8be4df61-93ca-11d2-aa0d-00e098032b8c', // EFI global variables: SecureBoot
  '605dab50-e046-4300-abb6-3dd810dd8b23', // shim: MokListRT, MokSBState
  'd719b2cb-3d3a-4596-a3bc-dad00e67656f', // EFI image security database: db, dbx
]);

/** Those who make the software write it into every machine. */
const PUBLIC_MAIL =
  /@(?:[a-z0-9-]+\.)*(?:nvidia\.com|debian\.org|ubuntu\.com|canonical\.com|kernel\.org|gnu\.org|redhat\.com)$/i;
const UNIT_NAME = /\.(?:service|socket|target|timer|mount|slice|device|path|scope)$/;

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;
const MAC = /(?<![0-9a-f:-])[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}(?![:-]?[0-9a-f])/gi;
const OCTET = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const IPV4 = `${OCTET}(?:\\.${OCTET}){3}`;
/** Four numbers may as well be a version (cuDNN 7.5.0.56, cuBLAS 10.2.2.89): what stands around them must say address. */
const IPV4_BY_PLACE = new RegExp(
  `((?:://|@|\\b(?:inet|inet addr:|addr:?|address:?|host|server|nameserver|gateway|peer|ip[=:]?|src|dst)\\s?))(${IPV4})(?![\\w.+~-])`,
  'gi',
);
/** "Upgrading cudnn from 7.5.0.56 to 7.6.0.64": these words tell an address only where the line speaks of a connection. */
const IPV4_BY_WAY = new RegExp(`(\\b(?:from|to|via)\\s)(${IPV4})(?![\\w.+~-])`, 'gi');
const CONNECTION =
  /\b(?:connect(?:ed|ing|ion)?|ssh\w*|ping|route|default|packets?|bytes|login|session|accepted|listening|port|dev|tcp|udp|dhcp\w*|remote|relay)\b/i;
/** Of a line, to either side of the address: where it is looked for such a word. */
const AROUND = 200;
const IPV4_WITH_PORT = new RegExp(`(?<![\\w.+~=-])()(${IPV4})(?=:\\d{2,5}\\b)`, 'g');
const IPV4_PRIVATE = new RegExp(
  `(?<![\\w.+~=-])()((?:192\\.168|169\\.254|172\\.(?:1[6-9]|2\\d|3[01]))\\.${OCTET}\\.${OCTET})(?![\\w.+~-])`,
  'g',
);
const IPV6 =
  /(?<![\w:.])(?:(?:fe80|f[cd][0-9a-f]{2}|[23][0-9a-f]{3})(?=[0-9a-f:]*::):[0-9a-f:]{1,34}|(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4})(?![\w:.])/gi;
const MAIL =
  /(?<![\w.+-])[\w][\w.+-]{0,63}@[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){0,5}\.[a-z]{2,24}\b/gi;
const URL_LOGIN = /(\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@"'<>]{1,200}@/gi;
const KEYED_SECRET =
  /(\b(?:[\w-]{0,40}(?:password|passwd|secret|api[_-]?key|access[_-]?key|token))["']?\s?[=:]\s?["']?|\bauthorization:\s?(?:bearer|basic)\s)([^\s"'&,;]{4,500})/gi;
const KNOWN_TOKEN =
  /\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}|hf_[A-Za-z0-9]{20,100}|glpat-[\w-]{20,100}|AKIA[A-Z0-9]{16}|nvapi-[\w-]{20,100}|xox[abpr]-[\w-]{10,100})\b/g;
const SERIAL =
  /(\b(?:serial ?(?:number|no\.?)?|serialnumber|s\/n|asset ?tag|board serial|id_serial(?:_short)?|chassis serial number)["']?\s{0,40}[:=]\s{0,40}["']?)([A-Za-z0-9][\w./-]{3,63})/gi;
const PCIE_SERIAL = /(\bDevice Serial Number )([0-9a-f]{2}(?:-[0-9a-f]{2}){7})/gi;
const NO_SERIAL = /^(?:n\/a|none|null|unknown|not|default|to|0+|8250\/16550)$/i;
const HOME = /((?:\/home|\/Users|\\Users)[/\\])([^\s/\\:"'`,;<>()|]{1,64})/g;
// "Jun 25 11:05:02 myhost kernel: ..." and "Linux myhost 5.15.0-91-generic #101..."
const SYSLOG_HOST =
  /^((?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.+-]{8,25}) )([\w.-]{1,64})(?= [\w./-]{1,64}(?:\[\d+\])?: )/gm;
const UNAME_HOST = /^(Linux )(?!version )([\w.-]{1,64})(?= \d+\.\d+)/gm;

/** @param names of this machine and its people, as far as they are known beforehand */
export function createRedactor(names: KnownNames): Redactor {
  const pseudonyms = new Map<string, string>();
  const counts = new Map<RedactedKind, number>();

  const value = (kind: RedactedKind, original: string): string => {
    const key = `${kind} ${kind === 'uuid' || kind === 'mac-address' ? original.toLowerCase() : original}`;
    const known = pseudonyms.get(key);
    if (known !== undefined) return known;
    const number = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, number);
    const made = pseudonymOf(kind, number, original);
    pseudonyms.set(key, made);
    return made;
  };

  const personal = (name: string): boolean => name !== '' && !NOT_PERSONAL.has(name.toLowerCase());
  const words = new Map<string, RedactedKind>();
  const learn = (kind: 'user-name' | 'host-name', name: string): string => {
    if (!personal(name)) return name;
    if (name.length >= MIN_FREE_NAME && !words.has(name)) {
      words.set(name, kind);
      wordPattern = undefined;
    }
    return value(words.get(name) ?? kind, name);
  };
  let wordPattern: RegExp | undefined;
  const replaceWords = (text: string): string => {
    if (words.size === 0) return text;
    wordPattern ??= new RegExp(
      `(?<![A-Za-z0-9_])(?:${[...words.keys()]
        .sort((a, b) => b.length - a.length)
        .map((word) => word.replace(/[^\w]/g, '\\$&'))
        .join('|')})(?![A-Za-z0-9_])`,
      'g',
    );
    return text.replace(wordPattern, (name) => value(words.get(name)!, name));
  };
  for (const user of names.users) learn('user-name', user);
  for (const host of names.hosts) learn('host-name', host);

  const replaceSameLength = (text: string): string =>
    replaceWords(text.replace(HOME, (_, before: string, name: string) => before + learn('user-name', name)))
      .replace(UUID, (uuid) => (WELL_KNOWN_UUIDS.has(uuid.toLowerCase()) ? uuid : value('uuid', uuid)))
      .replace(MAC, (mac) => value('mac-address', mac));

  const replaceAddresses = (text: string): string => {
    const address = (whole: string, before: string, ip: string): string =>
      /^(?:127\.|0\.0\.0\.0$|255\.)/.test(ip) ? whole : before + value('ip-address', ip);
    return text
      .replace(IPV4_BY_PLACE, address)
      .replace(IPV4_BY_WAY, (whole, before: string, ip: string, at: number, all: string) =>
        CONNECTION.test(lineAround(all, at)) ? address(whole, before, ip) : whole,
      )
      .replace(IPV4_WITH_PORT, address)
      .replace(IPV4_PRIVATE, address)
      .replace(IPV6, (ip) => value('ip-address', ip));
  };

  return {
    value,
    name: learn,
    kinds: () => REDACTED_KINDS.filter((kind) => counts.has(kind)),
    bytes: (bytes) => {
      const text = Buffer.from(bytes).toString('latin1');
      const replaced = replaceSameLength(text);
      return replaced === text ? bytes : new Uint8Array(Buffer.from(replaced, 'latin1'));
    },
    text(text) {
      const withoutSecrets = text
        .replace(URL_LOGIN, (_, scheme: string) => `${scheme}${value('credential', 'login')}@`)
        .replace(KEYED_SECRET, (_, before: string, secret: string) => before + value('credential', secret))
        .replace(KNOWN_TOKEN, (token) => value('credential', token))
        .replace(MAIL, (mail) => (isPublicMail(mail) ? mail : value('e-mail-address', mail)))
        .replace(PCIE_SERIAL, (_, before: string, serial: string) => before + value('serial-number', serial))
        .replace(SERIAL, (whole, before: string, serial: string) =>
          NO_SERIAL.test(serial) ? whole : before + value('serial-number', serial),
        )
        .replace(SYSLOG_HOST, (_, before: string, host: string) => before + learn('host-name', host))
        .replace(UNAME_HOST, (_, before: string, host: string) => before + learn('host-name', host));
      return replaceAddresses(replaceSameLength(withoutSecrets));
    },
  };
}

function lineAround(text: string, at: number): string {
  const before = text.slice(Math.max(0, at - AROUND), at);
  const [after] = text.slice(at, at + AROUND).split('\n', 1);
  return before.slice(before.lastIndexOf('\n') + 1) + after!;
}

function isPublicMail(mail: string): boolean {
  return PUBLIC_MAIL.test(mail) || UNIT_NAME.test(mail) || mail.endsWith('example.invalid');
}

function pseudonymOf(kind: RedactedKind, number: number, original: string): string {
  switch (kind) {
    case 'user-name':
      return ofLength('user', number, original.length);
    case 'host-name':
      return ofLength('host', number, original.length);
    case 'uuid':
      return `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
    case 'mac-address': {
      // Locally administered: belongs to no manufacturer.
      const digits = `02${number.toString(16).padStart(10, '0')}`;
      return digits.match(/../g)!.join(original.includes('-') ? '-' : ':');
    }
    case 'ip-address':
      // RFC 3849 and RFC 5737 keep these for documentation.
      return original.includes(':') ? `2001:db8::${number.toString(16)}` : documentationAddress(number);
    case 'serial-number':
      return `serial${number}`;
    case 'e-mail-address':
      return `mail${number}@example.invalid`;
    case 'credential':
      return `redacted${number}`;
    case 'kernel-parameter':
      return `parameter${number}`;
  }
}

function documentationAddress(number: number): string {
  const networks = ['192.0.2', '198.51.100', '203.0.113'];
  return `${networks[Math.floor(number / 254) % networks.length]}.${(number % 254) + 1}`;
}

/** "user1", as long as what it replaces: "user1xxx", "us1", "7". */
function ofLength(word: string, number: number, length: number): string {
  const digits = String(number);
  const letters = word.slice(0, Math.max(0, length - digits.length));
  return (letters + digits).padEnd(length, 'x');
}
