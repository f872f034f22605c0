/**
 * Entries of apt's sources as a recording keeps them. What is judged is that a source is NVIDIA's, which repository it is,
 * and which key it names; a mirror's host, and folders on it, may name an employer or hold a token.
 */
const PUBLIC_HOST =
  /^(?:(?:[a-z0-9-]+\.)*(?:nvidia\.com|debian\.org|ubuntu\.com|canonical\.com|launchpad\.net|launchpadcontent\.net|docker\.com)|nvidia\.github\.io|localhost|(?:[a-z0-9-]+\.)?example\.(?:org|com|net|invalid))$/i;

/** Folders of NVIDIA's repositories and of mirrors of distributions, words of the trade. */
const FOLDER =
  /^(?:compute|cuda|cudnn|tensorrt|nvidia|repos?|machine-learning|libnvidia-container|nvidia-docker|nvidia-container-runtime|experimental|stable|debian|ubuntu|debian-security|ubuntu-ports|linux|apt|deb|mirrors?|dists|pool|(?:debian|ubuntu|rhel|fedora|sles|opensuse|wsl-ubuntu)\d{0,4}|x86_64|sbsa|ppc64le|cross-linux-\w{1,8}|amd64|arm64|aarch64)?$/i;

/** By which the doctor knows a source as NVIDIA's. */
const NVIDIA = /nvidia|cudnn|cuda|tensorrt/i;

const URI = /\b([a-z][a-z0-9+.-]{0,20}):\/\/([^\s"\]]*)/gi;
const SUITE_WORD = /^[a-z]{1,20}(?:[-/][a-z]{1,20}){0,3}$|^(?:\.?\/|main|non-free-firmware)$/;

export type Pseudonym = (kind: 'host-name' | 'credential', original: string) => string;

/** @param sources without remarks */
export function keptSources(sources: string, pseudonym: Pseudonym): string {
  let isKept = true;
  let isKey = false;
  return sources
    .split('\n')
    .map((line) => {
      // A key that stands in the file: that there is one.
      if (/BEGIN PGP/.test(line)) isKey = true;
      if (/END PGP/.test(line)) isKey = false;
      else if (isKey) return /BEGIN PGP/.test(line) ? line : ' .';
      const field = /^(#?[ \t]*)([\w-]+):(?!\/)(.*)$/.exec(line);
      if (field) {
        // Lines keep their numbers: what is not judged becomes an empty remark.
        isKept = /^(?:Types|URIs|Suites|Components|Signed-By|Trusted|Enabled|Architectures)$/i.test(
          field[2]!,
        );
        return isKept ? `${field[1]}${field[2]}:${keptWords(field[3]!, pseudonym)}` : '#';
      }
      if (/^[ \t]/.test(line)) return isKept ? keptWords(line, pseudonym) : '#';
      isKept = true;
      return keptWords(line, pseudonym);
    })
    .join('\n');
}

function keptWords(line: string, pseudonym: Pseudonym): string {
  // "cdrom:[Debian GNU/Linux 12 ...]/" names a medium.
  const withoutMedia = line.replace(/\bcdrom:\[[^\]]*\]/gi, 'cdrom:[medium]');
  return withoutMedia.replace(/[^\s[\]]+/g, (word) => {
    if (/:\/\//.test(word)) return word.replace(URI, (uri) => keptUri(uri, pseudonym));
    return isPlain(word) ? word : pseudonym('credential', word);
  });
}

function isPlain(word: string): boolean {
  return (
    /^(?:#|deb(?:-src)?|#deb(?:-src)?|yes|no|cdrom:|\/|medium)$/i.test(word) ||
    /^(?:arch=|target=|)(?:amd64|arm64|i386|ppc64el|armhf|[,-])+$/.test(word) ||
    /^(?:trusted|allow-insecure|by-hash)=(?:yes|no)$/i.test(word) ||
    /^(?:signed-by=)?\/[\w./-]{1,200}\.(?:gpg|asc|pgp|key|pub)$/i.test(word) ||
    /^(?:signed-by=)?[0-9A-F]{40}!?$/i.test(word) ||
    /^-{5}(?:BEGIN|END)$|^PGP$|^PUBLIC$|^KEY$|^BLOCK-{5}$|^\.$/.test(word) ||
    SUITE_WORD.test(word)
  );
}

/** Host and folders that nobody knows become pseudonyms, which say "nvidia" where the original did. */
export function keptUri(uri: string, pseudonym: Pseudonym): string {
  const match = /^([a-z][a-z0-9+.-]*:\/\/)(?:[^/]*@)?([^/:?#]*)(:\d{1,5}(?=\/|$))?([^?#]*)/i.exec(uri);
  if (!match) return pseudonym('credential', uri);
  const [, scheme = '', host = '', port = '', path = ''] = match;
  const isPublic = PUBLIC_HOST.test(host);
  const kept =
    host === '' || isPublic ? host : `${trade(host)}${pseudonym('host-name', host)}.example.invalid`;
  const folders = path.split('/').map((folder) => {
    // A caching proxy has the host that it stands for as a folder.
    if (
      FOLDER.test(folder) ||
      PUBLIC_HOST.test(folder) ||
      (isPublic && /^[\w.+$()~-]{0,60}$/.test(folder) && !/example/.test(host))
    )
      return folder;
    return trade(folder) + pseudonym('credential', folder);
  });
  return scheme + kept + port + folders.join('/');
}

function trade(text: string): string {
  const word = NVIDIA.exec(text)?.[0].toLowerCase();
  return word === undefined ? '' : `${word}-`;
}
