/** How package managers and version numbers name a distribution without saying so. */
import { DISTRIBUTIONS } from '../../compat/distributions.ts';
import type { TestimonyKind } from './testimony.ts';

type Named = Extract<TestimonyKind, { kind: 'distribution' }>;

/** "jammy", "jammy-updates", "bookworm-security": a suite of the distribution's own archive. */
export function distributionOfSuite(suite: string): Named | null {
  const codename = suite.replace(/-(?:updates|security|backports|proposed|proposed-updates)$/, '');
  const found = DISTRIBUTIONS.find((one) => one.codename === codename);
  return found === undefined ? null : { kind: 'distribution', id: found.id, version: found.version };
}

/**
 * The folder of NVIDIA's repository. Whoever follows a page for another release names that one's, so it counts for less than
 * what the distribution itself says.
 *
 *     https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2204/x86_64
 *     https://nvidia.github.io/libnvidia-container/stable/ubuntu18.04/amd64
 */
export function distributionOfFolder(text: string): Named | null {
  const [, id, first, second] =
    /\/(ubuntu|debian|rhel|fedora|amzn|sles|opensuse)(\d{2}|\d)\.?(\d\d)?(?=\/|\s|$)/i.exec(text) ?? [];
  if (id === undefined) return null;
  const version = second === undefined ? first! : `${first}.${second}`;
  return { kind: 'distribution', id: id.toLowerCase(), version, guessed: true };
}

/** The version that a distribution gave a package: 0ubuntu0.22.04.1, 1ubuntu1~22.04, 1.el9, 2.fc43, deb12u1 */
export function distributionInVersion(version: string): Named | null {
  const ubuntu = /ubuntu[\d.]{1,8}[.~](\d\d\.\d\d)(?!\d)/i.exec(version)?.[1];
  if (ubuntu !== undefined) return { kind: 'distribution', id: 'ubuntu', version: ubuntu };
  const [, fedora] = /\.fc(\d{2})(?!\d)/i.exec(version) ?? [];
  if (fedora !== undefined) return { kind: 'distribution', id: 'fedora', version: fedora };
  const [, rhel] = /\.el(\d{1,2})(?!\d)/i.exec(version) ?? [];
  if (rhel !== undefined) return { kind: 'distribution', id: 'rhel', version: rhel };
  const [, debian] = /deb(\d{1,2})u\d/i.exec(version) ?? [];
  return debian === undefined ? null : { kind: 'distribution', id: 'debian', version: debian };
}
