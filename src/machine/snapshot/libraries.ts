/** What libraries of the driver gave, as a recording keeps it. */
import type { Answer } from '../answer.ts';
import type { CallMade, LibraryQuestion, LibraryReply } from '../native/calls.ts';
import type { Snapshot, SnapshotLibrary } from './format.ts';
import type { Redactor } from './redact.ts';

type Asked = ReadonlyMap<LibraryQuestion['id'], { path: string; answer: Answer<LibraryReply> }>;

/** What nobody recorded stays out, so that a replay says the same. */
export function librariesOf(asked: Asked, redactor: Redactor): NonNullable<Snapshot['libraries']> {
  return Object.fromEntries(
    [...asked].flatMap(([id, { path, answer }]): [string, SnapshotLibrary][] => {
      if (answer.state === 'present')
        return [[id, { path: redactor.text(path), reply: keptReply(answer.value, redactor) }]];
      if (answer.state === 'absent' || answer.reason === 'not-recorded') return [];
      return [[id, { path: redactor.text(path), reply: { unasked: redactor.text(answer.why) } }]];
    }),
  );
}

function keptReply(reply: LibraryReply, { text }: Redactor): LibraryReply {
  switch (reply.outcome) {
    case 'answered':
      return { ...reply, calls: reply.calls.map((one) => keptCall(one, text)) };
    case 'not-loaded':
      return { ...reply, why: text(reply.why) };
    case 'garbled':
      return { ...reply, excerpt: text(reply.excerpt) };
    default:
      return reply;
  }
}

function keptCall(one: CallMade, text: (value: string) => string): CallMade {
  if (one.out === undefined) return one;
  const kept = Object.entries(one.out).map(([key, value]) => [
    key,
    typeof value === 'string' ? text(value) : value,
  ]);
  return { ...one, out: Object.fromEntries(kept) as CallMade['out'] };
}
