/** The line with which a distribution calls itself, as `lsb_release -a` would answer. */
import type { Gathered } from './gathered.ts';

/** "Ubuntu 22.04.3 LTS (x86_64)", "Debian GNU/Linux 12 (bookworm)", "Ubuntu 20.04.2 LTS \n \l", "CentOS release 6.10 (Final)" */
export function readOsLine(line: string, into: Gathered): void {
  const name = line.replace(/(?: \(?\\[a-zA-Z]\)?)+$/, '').replace(/ \((?:x86_64|aarch64|ppc64le)\)$/, '');
  const [, words, version] = /^([A-Za-z][^\d(\\]{1,60}?) (?:release )?(\d[\d.]{0,12})/.exec(name) ?? [];
  if (words === undefined) return;
  // "22.04.3" is a point release of 22.04; elsewhere what follows the first dot counts as well.
  const release = /^ubuntu/i.test(words) ? version!.split('.').slice(0, 2).join('.') : version!;
  into.command(
    ['lsb_release', '-a'],
    [`Distributor ID:\t${words}`, `Description:\t${name}`, `Release:\t${release}`],
    true,
  );
}
