/** The form of what a child answers, and of what a recording keeps of it. */
import { z } from 'zod';
import type { CallMade, LibraryReply } from './calls.ts';

const number = z.number();
const fields = z.record(z.string(), z.union([number, z.string()]));
const call: z.ZodType<CallMade> = z.object({
  call: z.string(),
  at: z.record(z.string(), number).optional(),
  code: z.int().nullable(),
  out: z
    .record(z.string(), z.union([number, z.string(), z.array(number), z.array(fields), fields]))
    .optional(),
});
const calls = z.array(call);
const during = z.string().nullable();

export const libraryReply: z.ZodType<LibraryReply> = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('answered'), calls }),
  z.object({ outcome: z.literal('not-loaded'), why: z.string() }),
  z.object({ outcome: z.literal('crashed'), signal: z.string(), during }),
  z.object({ outcome: z.literal('hung'), afterMs: number, during }),
  z.object({ outcome: z.literal('garbled'), excerpt: z.string(), during }),
]);

const answer = z.union([z.object({ calls }), z.object({ why: z.string() })]);

/**
 * {"calls": [{"call": "cuInit", "code": 0}, ...]} or {"why": "libcuda.so.1: cannot open shared object file: ..."}
 *
 * @returns null for anything else
 */
export function replyIn(line: string): LibraryReply | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const read = answer.safeParse(value);
  if (!read.success) return null;
  return 'calls' in read.data
    ? { outcome: 'answered', calls: read.data.calls }
    : { outcome: 'not-loaded', why: read.data.why };
}
