/** A real Chromium without a window, spoken to through its pipe of the DevTools protocol: commands and events as JSON, each ended by NUL. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { tempDir } from './temp-dir.ts';

interface Message {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { message: string };
}

export interface Page {
  /** Value of an expression in the page; a promise is waited for. */
  evaluate<T>(expression: string): Promise<T>;
  /** A click of the mouse in the middle of the first element of that selector. */
  click(selector: string): Promise<void>;
  send(method: string, params?: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Addresses that were asked for, the page's own first. */
  requests: readonly string[];
  /** What was written to the console, and errors that nobody caught. */
  complaints: readonly string[];
}

const LIMIT_MS = 30_000;

/** @param url of the page */
export async function inChromium<T>(url: string, act: (page: Page) => Promise<T>): Promise<T> {
  const flags = [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--no-first-run',
  ];
  const child = spawn(
    'chromium',
    [...flags, '--remote-debugging-pipe', `--user-data-dir=${tempDir()}`, 'about:blank'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], timeout: 2 * LIMIT_MS, killSignal: 'SIGKILL' },
  );
  const ended = once(child, 'close');
  const [commands, answers] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
  const waiting = new Map<number, (message: Message) => void>();
  const events: ((message: Message) => void)[] = [];
  let rest = '';
  answers.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop()!;
    for (const one of messages.map((json) => JSON.parse(json) as Message)) {
      if (one.id === undefined) for (const hear of events) hear(one);
      else waiting.get(one.id)?.(one);
    }
  });
  let last = 0;
  const ask = (method: string, params = {}, sessionId?: string): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      const timer = setTimeout(() => reject(new Error(`${method}: no answer`)), LIMIT_MS);
      waiting.set(id, ({ result, error }) => {
        clearTimeout(timer);
        if (error === undefined) resolve(result ?? {});
        else reject(new Error(`${method}: ${error.message}`));
      });
      commands.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  try {
    const { targetId } = await ask('Target.createTarget', { url: 'about:blank' });
    const attached = await ask('Target.attachToTarget', { targetId, flatten: true });
    const send: Page['send'] = (method, params) => ask(method, params, attached['sessionId'] as string);
    const [requests, complaints]: [string[], string[]] = [[], []];
    const loaded = new Promise<void>((resolve) => {
      events.push(({ method, params = {} }) => {
        if (method === 'Page.loadEventFired') resolve();
        if (method === 'Network.requestWillBeSent') requests.push((params['request'] as { url: string }).url);
        if (/^(?:Log\.entryAdded|Runtime\.(?:consoleAPICalled|exceptionThrown))$/.test(method ?? ''))
          complaints.push(JSON.stringify(params));
      });
    });
    for (const domain of ['Page', 'Network', 'Log', 'Runtime']) await send(`${domain}.enable`);
    await ask('Browser.grantPermissions', { permissions: ['clipboardReadWrite', 'clipboardSanitizedWrite'] });
    await send('Page.navigate', { url });
    await loaded;
    const evaluate = async <V>(expression: string): Promise<V> => {
      const told = await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
      if (told['exceptionDetails'] !== undefined) throw new Error(JSON.stringify(told['exceptionDetails']));
      return (told['result'] as { value: V }).value;
    };
    const click: Page['click'] = async (selector) => {
      const [x, y] = await evaluate<[number, number]>(
        `(() => { const one = document.querySelector(${JSON.stringify(selector)});
          one.scrollIntoView({ block: 'center', behavior: 'instant' });
          const { x, y, width, height } = one.getBoundingClientRect(); return [x + width / 2, y + height / 2]; })()`,
      );
      const at = { x, y, button: 'left', clickCount: 1 };
      await send('Input.dispatchMouseEvent', { type: 'mousePressed', ...at });
      await send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...at });
    };
    return await act({ evaluate, click, send, requests, complaints });
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}
