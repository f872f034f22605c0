/** What both forms of an SBOM say in the same way. Pure. */
import { createHash } from 'node:crypto';
import { PackageURL } from 'packageurl-js';
import { usageError } from '../../base/errors.ts';
import type { BilledPackage, BillOfMaterials } from '../../prefix/home/bill-of-materials.ts';
import type { Licensing } from './licensing.ts';

export interface SbomInput {
  bill: BillOfMaterials;
  licensing: Licensing;
  /** "2024-05-01T10:00:00Z" */
  created: string;
  /** Of gpu-setup. */
  version: string;
}

/** "pkg:deb/debian/gcc-7@7.5.0-3?arch=amd64&distro=bionic"; null where nobody knows whose package it is. */
export function purlOf({ publisher, name, version, architecture }: BilledPackage): string | null {
  if (publisher === null) return null;
  const { vendor, distribution } = publisher;
  const qualifiers = {
    arch: architecture,
    ...(distribution === null ? {} : { distro: distribution }),
  };
  return new PackageURL('deb', vendor, name, version, qualifiers, undefined).toString();
}

/** Where everybody can fetch it; null where that is a mirror, which is nobody's business. */
export function publicAddress({ publisher, path }: BilledPackage): string | null {
  return publisher?.repository == null || path === null ? null : `${publisher.repository}${path}`;
}

/** A UUID that is the same for the same content, and for no other (RFC 9562, version 8). */
export function contentUuid(document: unknown): string {
  const hex = createHash('sha256').update(JSON.stringify(document)).digest('hex');
  const variant = ((parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/**
 * When a document says that it was made: with the prefix, or when SOURCE_DATE_EPOCH says, so that the same prefix gives the same
 * bytes. To the second, as SPDX has it.
 *
 * @param epoch SOURCE_DATE_EPOCH (reproducible-builds.org): seconds since 1970
 * @throws GpuSetupError `bad-source-date-epoch`
 */
export function createdAt(installedAt: string, epoch: string | undefined): string {
  if (epoch === undefined || epoch === '') return toSecond(new Date(installedAt));
  const time = /^\d{1,11}$/.test(epoch) ? new Date(Number(epoch) * 1000) : null;
  if (time === null) {
    throw usageError(
      'bad-source-date-epoch',
      `SOURCE_DATE_EPOCH is "${epoch}", and no number of seconds since 1970`,
      {
        hint: 'date +%s prints such a number; unset SOURCE_DATE_EPOCH to have the time of the install',
      },
    );
  }
  return toSecond(time);
}

const toSecond = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, 'Z');
