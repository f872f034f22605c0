/** NVIDIA's keys among those that apt may use. */
import { absent, present, valueOf, type Answer } from '../../answer.ts';
import type { AptSourceFacts } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { joinPath } from '../../paths.ts';
import { keyFilesOf } from '../../../formats/apt-sources.ts';
import { readPublicKeys } from '../../../formats/openpgp-keys.ts';
import { notLooked } from '../recorded.ts';

/** Every file here serves every source. */
const TRUSTED = ['/etc/apt/trusted.gpg.d'] as const;
/** Files here serve the sources that name them in Signed-By. */
const NAMED = ['/usr/share/keyrings', '/etc/apt/keyrings'] as const;
const OLD_KEYRING = '/etc/apt/trusted.gpg';

const MAX_BYTES = 4 << 20;
const KEY_FILE = /\.(?:gpg|asc|pgp|key|pub)$/;

/** Most files are of others: that is seen before their packets are. */
const MENTION = /@nvidia\.com/i;
/** NVIDIA's keys all carry one of its addresses: "cudatools <cudatools@nvidia.com>". */
const NVIDIA_USER = /@nvidia\.com\b/i;

/** Full fingerprints, each once. Where apt has no source of NVIDIA's nothing needs a key, and tens of files are not looked through. */
export async function probeNvidiaKeys(
  machine: Machine,
  sources: Answer<readonly AptSourceFacts[]>,
): Promise<Answer<readonly string[]>> {
  if (sources.state === 'absent') return notLooked("apt has no source of NVIDIA's", sources.from);
  const paths = new Set([
    OLD_KEYRING,
    ...(valueOf(sources) ?? []).flatMap(({ signedBy }) => keyFilesOf(signedBy)),
  ]);
  let unread: Answer<never> | undefined;
  for (const folder of [...TRUSTED, ...NAMED]) {
    const listing = await machine.listDir(folder);
    if (listing.state === 'unknown') unread ??= listing;
    for (const name of valueOf(listing)?.entries ?? []) {
      const mayServe = TRUSTED.some((one) => one === folder) || /nvidia|cuda/i.test(name);
      if (KEY_FILE.test(name) && mayServe) paths.add(joinPath(folder, name));
    }
  }
  const fingerprints = new Set<string>();
  let origin = OLD_KEYRING;
  for (const path of paths) {
    const file = await machine.readBytes(path, MAX_BYTES);
    if (file.state === 'unknown') unread ??= file;
    if (file.state !== 'present') continue;
    for (const key of readPublicKeys(file.value.bytes, MENTION)) {
      if (!key.userIds.some((id) => NVIDIA_USER.test(id))) continue;
      if (fingerprints.size === 0) origin = path;
      fingerprints.add(key.fingerprint);
    }
  }
  if (fingerprints.size > 0) return present([...fingerprints], { kind: 'file', name: origin });
  return unread ?? absent({ kind: 'dir', name: TRUSTED[0] });
}
