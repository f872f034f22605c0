/** Takes the lock of a home, says so, keeps it until its standard input ends and puts a link in place then; run by home-lock-machines.test.ts. */
import { once } from 'node:events';
import { join } from 'node:path';
import { lockHome } from '../../../src/prefix/home/home-lock.ts';

const lock = await lockHome(process.argv[2]!, {
  what: 'install cuda10',
  emit: (event) => void process.stdout.write(`${event.type === 'notice' ? event.text : ''}\n`),
  times: { pollMs: 20, renewMs: 50, lapseMs: 600 },
});
process.stdout.write('held\n');
await once(process.stdin.resume(), 'end');
const put = lock.putLink('there', join(process.argv[2]!, 'put'));
process.stdout.write(
  await put.then(
    () => 'kept\n',
    () => 'lost\n',
  ),
);
await lock.release();
