/** What a sosreport holds, one by one, be it a folder or an archive. */
export interface SosEntry {
  /** From the report's own top: "etc/os-release", "sos_commands/pci/lspci_-nnvv". */
  path: string;
  type: 'file' | 'link';
  /** Of links, as written. */
  target: string | null;
  /** The content, piece by piece; only until the next entry is asked for, and only once. */
  chunks(): AsyncIterable<Uint8Array>;
}

export interface Piece {
  bytes: Buffer;
  truncated: boolean;
}

/** The first bytes; what follows is not read. */
export async function firstBytes(chunks: AsyncIterable<Uint8Array>, most: number): Promise<Piece> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    if ((length += chunk.length) > most) break;
  }
  return { bytes: Buffer.concat(parts).subarray(0, most), truncated: length > most };
}

/** The last bytes: of a log they count most. */
export async function lastBytes(chunks: AsyncIterable<Uint8Array>, most: number): Promise<Piece> {
  let parts: Uint8Array[] = [];
  let kept = 0;
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if ((kept += chunk.length) > 2 * most) {
      parts = [Buffer.concat(parts).subarray(-most)];
      kept = most;
    }
  }
  return { bytes: Buffer.concat(parts).subarray(-most), truncated: length > most };
}
