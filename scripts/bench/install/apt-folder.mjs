// An apt of its own: the host's mirror with the components that hold CUDA, nothing of /var/lib/apt.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianMirror } from './debian-root.mjs';

/** @returns its folder, with apt.conf */
export function aptFolder(work) {
  const apt = join(work, 'apt');
  for (const folder of ['lists/partial', 'archives/partial', 'empty'])
    mkdirSync(join(apt, folder), { recursive: true });
  const uri = debianMirror();
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  writeFileSync(
    join(apt, 'sources.list'),
    `deb [signed-by=${keyring}] ${uri} bookworm main contrib non-free\n`,
  );
  writeFileSync(
    join(apt, 'apt.conf'),
    [
      `Dir::Etc::SourceList "${join(apt, 'sources.list')}";`,
      `Dir::Etc::SourceParts "${join(apt, 'empty')}";`,
      `Dir::State::Lists "${join(apt, 'lists')}";`,
      `Dir::Cache "${join(apt, 'archives')}";`,
      'APT::Sandbox::User "root";',
      'Acquire::Languages "none";',
      '',
    ].join('\n'),
  );
  return apt;
}
