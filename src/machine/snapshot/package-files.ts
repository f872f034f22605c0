/** What a recording keeps of the files of dpkg and apt: the fields that are judged, and no words of people. */

/** Fields of dpkg's status file that src/formats/dpkg-status.ts reads. */
const STATUS_FIELD = /^(?:Package|Status|Architecture|Version|Provides):/i;

/**
 * Without maintainers, descriptions, homepages, and what else stanzas hold:
 *
 *     Package: in-house-tool
 *     Status: install ok installed
 *     Maintainer: Alice Example <alice@example.org>
 */
export function keptStatus(text: string): string {
  let isKept = false;
  return text
    .split('\n')
    .filter((line) => {
      // A continued line belongs to the field before it.
      if (!/^[ \t]/.test(line)) isKept = line.trim() === '' || STATUS_FIELD.test(line);
      return isKept;
    })
    .join('\n');
}

/** "# for the cluster of Alice" says nothing that is judged; "# deb https://..." is a source that is switched off. */
const REMARK = /^([ \t]*#)(?![ \t]*(?:deb|deb-src|Types:|URIs:|Suites:|Components:)[ \t[])[^\n]*$/gim;
/** Behind an entry: "deb https://... jammy main # ask Bob"; in brackets and quotes a "#" is none. */
const TRAILING_REMARK =
  /^([ \t]*#?[ \t]*(?:deb|deb-src)[ \t](?:"[^"\n]*"|\[[^\]\n]*\]|[^\n#"[])*#)[^\n]*$/gim;

export function withoutRemarks(sources: string): string {
  return sources.replace(REMARK, '$1').replace(TRAILING_REMARK, '$1');
}

export function isSourcesFile(path: string): boolean {
  return /^\/etc\/apt\/sources\.list(?:$|\.d\/)/.test(path);
}
