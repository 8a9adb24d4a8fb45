import { join } from 'node:path';
import { expect, type ElectronApplication, type Page } from '@playwright/test';
import { ready, studioOf } from '../e2e/app/support/studio.ts';
import { inApp } from './inApp.ts';

const PARTS = ['a third', 'two thirds', 'all'];
/** Milliseconds. */
const PART = 50_000;
const PROMPTS = [
  'rusty gate creaks',
  'rain on a tin roof',
  'glass bottle breaks',
  'dog barks twice',
  'wooden door slams',
];

/** Something that a user does. */
type Action = (window: Page, round: number) => Promise<unknown>;

/**
 * What is done in an hour of work, in fast motion: prompts, takes, listening, stars, deleting and undo, searches, scrolling, the
 * map. Says what the window's heap is after a garbage collection on the way, and which message between the app's processes was
 * the largest.
 */
export async function sessionBench(dataFolder: string): Promise<Record<string, number>> {
  return inApp(dataFolder, work, [join(import.meta.dirname, 'recordMessages.cjs')]);
}

async function work(window: Page, app: ElectronApplication): Promise<Record<string, number>> {
  await ready(window);
  const studio = studioOf(window);
  await studio.set('Takes', 1);
  await studio.set('Duration', 0.6);
  const results: Record<string, number> = {};
  let [actions, round] = [0, 0];
  for (const part of PARTS) {
    for (const until = performance.now() + PART; performance.now() < until; round++) {
      for (const action of ROUND) await action(window, round);
      actions += ROUND.length;
    }
    const { used, kept } = await heap(window);
    results[`session, after ${part} of it: heap of the window, MB`] = used;
    results[`session, after ${part} of it: sound and other buffers beside it, MB`] = kept;
  }
  const { name, bytes } = await largestMessage(app);
  return {
    ...results,
    'session: actions': actions,
    'session: takes made': round,
    [`session: largest message (${name}), KB`]: bytes / 1000,
  };
}

const ROUND: readonly Action[] = [
  (window) => window.keyboard.press('Control+1'),
  (window, round) => studioOf(window).type(PROMPTS[round % PROMPTS.length] ?? ''),
  (window) => changingTakes(window, 1, () => studioOf(window).prompt.press('Control+Enter')),
  // By the arrows each sound is heard.
  (window) => studioOf(window).takes.first().focus(),
  (window) => window.keyboard.press('ArrowRight'),
  (window) => window.keyboard.press('Space'),
  (window) => window.keyboard.press('s'),
  (window) => changingTakes(window, -1, () => window.keyboard.press('Delete')),
  (window) => changingTakes(window, 1, () => window.keyboard.press('Control+z')),
  (window) => studioOf(window).neighbours.first().focus(),
  (window) => window.keyboard.press('ArrowDown'),
  (window) => window.keyboard.press('p'),
  (window) => window.keyboard.press('p'),
  (window) => window.keyboard.press('Control+2'),
  (window, round) => search(window, PROMPTS[(round + 1) % PROMPTS.length] ?? ''),
  (window) => grid(window).press('Home'),
  (window) => grid(window).press('ArrowDown'),
  (window) => grid(window).press('ArrowDown'),
  (window) => search(window, ''),
  (window) => wheel(window),
  (window) => grid(window).press('End'),
  (window) => grid(window).press('ArrowUp'),
  (window) => window.keyboard.press('Control+3'),
  (window) => map(window).focus(),
  (window) => map(window).press('ArrowRight'),
  (window, round) => hover(window, round),
  (window) => window.keyboard.press('Control+5'),
];

const grid = (window: Page) => window.getByRole('grid', { name: 'Sounds' });
const map = (window: Page) => window.getByRole('application', { name: /^Map of/ });

/** Does something, and waits until there are so many more takes. */
async function changingTakes(window: Page, by: number, act: () => Promise<unknown>): Promise<void> {
  const count = window.getByRole('region', { name: 'Takes', exact: true }).locator('header .count');
  const before = Number.parseInt(await count.innerText());
  await act();
  await expect(count).toHaveText(new RegExp(`^${before + by} takes?$`), { timeout: 60_000 });
}

async function search(window: Page, text: string): Promise<void> {
  await window.getByRole('textbox', { name: 'Search the library' }).fill(text);
  await window.locator('#sound-row-0').waitFor();
}

async function wheel(window: Page): Promise<void> {
  await grid(window).hover();
  for (let turn = 0; turn < 20; turn++) await window.mouse.wheel(0, 400);
}

/** Another place each time, which is heard after a rest. */
async function hover(window: Page, round: number): Promise<void> {
  const box = await map(window).boundingBox();
  if (!box) throw new Error('there is no map');
  const x = box.x + box.width * (0.35 + 0.03 * (round % 10));
  await window.mouse.move(x, box.y + box.height / 2, { steps: 3 });
  await window.waitForTimeout(200);
}

/** MB, after a garbage collection. */
async function heap(window: Page): Promise<{ used: number; kept: number }> {
  const session = await window.context().newCDPSession(window);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return { used: usedSize / 1e6, kept: backingStorageSize / 1e6 };
}

async function largestMessage(app: ElectronApplication): Promise<{ name: string; bytes: number }> {
  const channels = await app.evaluate(() => globalThis.recordedMessages());
  const [first] = Object.entries(channels).toSorted(([, a], [, b]) => b.largest - a.largest);
  if (!first) throw new Error('no message was recorded');
  const [name, { largest }] = first;
  return { name, bytes: largest };
}

declare global {
  /** Of recordMessages.cjs. */
  var recordedMessages: () => Record<string, { count: number; largest: number }>;
}
