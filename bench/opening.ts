import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { chromium, type Page } from '@playwright/test';
import { electronFile } from '../e2e/app/support/electron.ts';
import { studioOf } from '../e2e/app/support/studio.ts';
import { ROOT } from './inApp.ts';
import { quantile } from './quantile.ts';

const STARTS = 3;

/** Seconds from the start of the process. */
interface Opening {
  /** The window's document begins to load. */
  readonly loading: number;
  readonly interactive: number;
  readonly ready: number;
}

/**
 * From the start of the app's process, with its files in the system's cache, to the first frame with the prompt in it, which
 * takes keys from then on, and to the library's first answer: the window does not wait for the catalogue. Playwright would
 * hold the start up, so that it only looks on. The medians of three.
 */
export async function openingBench(dataFolder: string, name: string): Promise<Record<string, number>> {
  const openings: Opening[] = [];
  for (let start = 0; start < STARTS; start++) openings.push(await open(dataFolder));
  const middle = (of: keyof Opening) =>
    quantile(
      openings.map((opening) => opening[of]),
      0.5,
    );
  return {
    [`${name}: start to the window's document, s`]: middle('loading'),
    [`${name}: start to a prompt that takes keys, s`]: middle('interactive'),
    [`${name}: start to a library that answers, s`]: middle('ready'),
  };
}

async function open(dataFolder: string): Promise<Opening> {
  const began = Date.now();
  const args = ['--remote-debugging-port=0', '.', `--user-data-dir=${dataFolder}`];
  const app = spawn(electronFile(), args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    const browser = await chromium.connectOverCDP(await debuggingAddress(app.stderr));
    const [context] = browser.contexts();
    const page = context?.pages()[0] ?? (await context?.waitForEvent('page'));
    if (!page) throw new Error('no window was opened');
    const { loading, painted, answered } = await times(page);
    await browser.close();
    const since = (time: number) => (time - began) / 1000;
    return { loading: since(loading), interactive: since(painted), ready: since(answered) };
  } finally {
    const ended = once(app, 'exit');
    app.kill();
    await ended;
  }
}

async function debuggingAddress(stderr: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(stderr)) {
    const [, address] = /^DevTools listening on (\S+)/.exec(line) ?? [];
    if (address !== undefined) return address;
  }
  throw new Error('the app ended before it opened a window');
}

/** Milliseconds since 1970. */
async function times(page: Page): Promise<{ loading: number; painted: number; answered: number }> {
  await page.waitForURL((url) => url.protocol !== 'about:');
  const answered = await page.evaluate(async () => {
    const { ok } = await globalThis.refoley.invoke('engine.ready', undefined);
    return ok ? performance.timeOrigin + performance.now() : NaN;
  });
  const { prompt } = studioOf(page);
  await prompt.press('r');
  if ((await prompt.inputValue()) !== 'r') throw new Error('the prompt takes no keys');
  // The app is mounted in one go, so that its first frame has the prompt with its listeners.
  const { loading, painted } = await page.evaluate(() => {
    const [first] = performance.getEntriesByName('first-contentful-paint');
    const { timeOrigin } = performance;
    return { loading: timeOrigin, painted: timeOrigin + (first?.startTime ?? NaN) };
  });
  return { loading, painted, answered };
}
