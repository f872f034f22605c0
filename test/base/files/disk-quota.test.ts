/** What `quota` prints is read as its source and man page say; what is not of that form is no answer. */
import { describe, expect, it } from 'vitest';
import { firmLimit, parseQuota } from '../../../src/base/files/disk-quota.ts';

const HEAD = `Disk quotas for user ann (uid 1000): 
     Filesystem  blocks   quota   limit   grace   files   quota   limit   grace
`;
const row = (point: string, columns: string): string => `${HEAD}${point.padStart(15)} ${columns}\n`;
const FREE = { used: 0, soft: null, hard: null, graceEndsAt: null };

describe('parseQuota', () => {
  it('reads blocks of 1 KiB and files, 0 as no limit, and when grace ends', () => {
    expect(
      parseQuota(row('/home', ' 950000* 900000 1000000 1764900000    1200       0       0       0'), '/home'),
    ).toEqual({
      bytes: {
        used: 950000 * 1024,
        soft: 900000 * 1024,
        hard: 1000000 * 1024,
        graceEndsAt: new Date(1764900000 * 1000),
      },
      files: { used: 1200, soft: null, hard: null, graceEndsAt: null },
    });
  });
  it('takes the line of the file system that was asked about, of many', () => {
    const lines = `${row('/', '   1       0       0       0       1       0       0       0')}${row('/home', '   2       0       3       0       1       0       0       0')}`;
    expect(parseQuota(lines, '/home')?.bytes).toMatchObject({ used: 2048, hard: 3072 });
    expect(parseQuota(lines, '/srv')).toBeNull();
  });
  it('reads a user without limits', () => {
    const none = row('/home', '      0       0       0       0       0       0       0       0');
    expect(parseQuota(none, '/home')).toEqual({ bytes: FREE, files: FREE });
    expect(parseQuota('Disk quotas for user ann (uid 1000): none\n', '/home')).toBeNull();
  });
  it('knows a mount point with spaces and numbers in it from columns', () => {
    const columns = '    4       0       8       0       1       0       0       0';
    expect(parseQuota(row('/mnt/big disk 1 2 3', columns), '/mnt/big disk 1 2 3')?.bytes.hard).toBe(8192);
    expect(parseQuota(row('/mnt/big disk 1 2 3', columns), '/mnt/big disk')).toBeNull();
  });
  it('reads a line that was wrapped after the mount point', () => {
    const wrapped = `${HEAD}/a/long/mount/point\n                     4       0       8       0       1       0       0       0\n`;
    expect(parseQuota(wrapped, '/a/long/mount/point')?.bytes.hard).toBe(8192);
  });
  it('does not depend on the language of the words around it', () => {
    const german = `Dateisystemquotas für user ann (uid 1000): \n Dateisystem Blöcke Quota Limit Gnade Dateien Quota Limit Gnade\n  /home  4 0 8 0 1 0 0 0\n`;
    expect(parseQuota(german, '/home')?.bytes.hard).toBe(8192);
  });
  it('takes the largest numbers of 64 bits for what they are: no limit that matters', () => {
    const most = '18446744073709551615';
    const quota = parseQuota(row('/home', `0 ${most} ${most} ${most} 0 ${most} ${most} 0`), '/home')!;
    expect(firmLimit(quota.bytes, new Date())!.left).toBeGreaterThan(2 ** 64);
    expect(quota.bytes.graceEndsAt).toBeNull();
  });
  it.each([
    ['nothing', ''],
    ['a column too few', row('/home', '4 0 8 0 1 0 0')],
    ['sizes for people (-s)', row('/home', '4K 0K 8K 0 1 0 0 0')],
    ['grace in words (no -p)', row('/home', '9* 5 10 6days 1 0 0 0')],
    ['negative numbers', row('/home', '-4 0 8 0 1 0 0 0')],
    ['bytes that are no text', '\u0000\ufffd\u001b[31m /home \n'.repeat(100)],
  ])('has no answer for %s', (_what, output) => {
    expect(parseQuota(output, '/home')).toBeNull();
  });
  it('is quick with a line as long as the output may be', () => {
    const began = performance.now();
    expect(parseQuota(`/home${' 1 '.repeat(20_000)}x`, '/home')).toBeNull();
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

describe('firmLimit', () => {
  const now = new Date('2026-01-01T12:00:00Z');
  const limit = { used: 90, soft: 80, hard: 100, graceEndsAt: null };
  it('is the hard limit, with nothing left beyond it', () => {
    expect(firmLimit(limit, now)).toEqual({ limit: 100, left: 10 });
    expect(firmLimit({ ...limit, used: 120 }, now)).toEqual({ limit: 100, left: 0 });
    expect(firmLimit({ ...limit, hard: null }, now)).toBeNull();
  });
  it('is the soft limit once its grace is over, and not before', () => {
    const endsAt = (text: string): object => ({ ...limit, graceEndsAt: new Date(text) });
    expect(firmLimit({ ...limit, ...endsAt('2026-01-01T11:00:00Z') }, now)).toEqual({ limit: 80, left: 0 });
    expect(firmLimit({ ...limit, ...endsAt('2026-01-01T13:00:00Z') }, now)).toEqual({ limit: 100, left: 10 });
  });
});
