/** Takes the lock of a home, says so, and keeps it until its standard input ends; run by home-lock-machines.test.ts. */
import { once } from 'node:events';
import { lockHome } from '../../../src/prefix/home/home-lock.ts';

const lock = await lockHome(process.argv[2]!, {
  what: 'install cuda10',
  emit: (event) => void process.stdout.write(`${event.type === 'notice' ? event.text : ''}\n`),
  times: { pollMs: 20, renewMs: 50, lapseMs: 600 },
});
process.stdout.write('held\n');
await once(process.stdin.resume(), 'end');
process.stdout.write(lock.lost.aborted ? 'lost\n' : 'kept\n');
await lock.release();
