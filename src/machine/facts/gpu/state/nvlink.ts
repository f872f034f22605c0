/**
 * nvidia-smi nvlink -s, and -e:
 *
 *     GPU 0: NVIDIA A100-SXM4-80GB (UUID: GPU-...)
 *              Link 0: 25 GB/s
 *              Link 1: <inactive>
 *              Link 0: Replay Errors: 0
 *              Link 0: CRC Errors: 2
 */
import type { NvLinkFacts } from '../../../facts.ts';
import { uuidOf, type Reading } from './reading.ts';

const GPU = /^\s{0,16}GPU (\d{1,3}): (\S.*)$/;
const LINK =
  /^\s{0,24}Link (\d{1,2}): (?:(\d[\d.]{0,9} GB\/s)|(<inactive>)|(?:Replay|Recovery|CRC) Errors: (\d{1,15}))\s*$/;

export function readNvLinks(lines: readonly string[]): Reading[] {
  const readings: (Reading & { links: Map<number, NvLinkFacts> })[] = [];
  for (const line of lines) {
    const [, index, name] = GPU.exec(line) ?? [];
    if (index !== undefined) {
      const links = new Map<number, NvLinkFacts>();
      readings.push({ busId: null, index: Number(index), ...uuidOf(name), values: new Map(), links });
      continue;
    }
    const [, link, rate, inactive, errors] = LINK.exec(line) ?? [];
    const links = readings.at(-1)?.links;
    if (link === undefined || links === undefined) continue;
    const known = links.get(Number(link)) ?? { link: Number(link), active: null, errors: null };
    links.set(known.link, {
      ...known,
      ...(rate === undefined && inactive === undefined ? {} : { active: rate !== undefined }),
      ...(errors === undefined ? {} : { errors: (known.errors ?? 0) + Number(errors) }),
    });
  }
  return readings
    .filter(({ links }) => links.size > 0)
    .map(({ links, ...reading }) => ({ ...reading, nvlinks: [...links.values()] }));
}
