import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { openCatalogue } from '#engine/catalogue/open.ts';
import { catalogueFile } from '#engine/openCatalogueOf.ts';
import { soundOf } from '#engine/library/describeSound.ts';
import { buildApp, inApp } from './inApp.ts';

const BATCH = 10_000;
/** Milliseconds. */
const SCROLLED = 5000;

/**
 * The library's view over made-up rows, in the built app: how long the window takes until they are there, and how it scrolls. On a
 * machine without Electron's binary the window is Chromium without a graphics card.
 */
export async function scrollingBench(size: number): Promise<Record<string, number>> {
  buildApp();
  const folder = await mkdtemp(join(tmpdir(), 'refoley-scrolling-'));
  try {
    await fill(join(folder, 'library'), size);
    const began = performance.now();
    return await inApp(folder, (window) => scrollThrough(window, size, began));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function scrollThrough(window: Page, size: number, began: number): Promise<Record<string, number>> {
  await window.getByRole('button', { name: 'Library', exact: true }).click();
  await window.locator('#sound-row-0[aria-label^="Door"]').waitFor({ timeout: 120_000 });
  const opened = (performance.now() - began) / 1000;
  const page = await pageTime(window, size);
  const scrolled = await scroll(window);
  await window.getByRole('grid', { name: 'Sounds' }).press('End');
  await window.locator(`#sound-row-${size - 1}[aria-label^="Door"]`).waitFor({ timeout: 120_000 });
  const name = `${size.toLocaleString('en')} rows`;
  return {
    [`${name}: window with the first of them after, s`]: opened,
    [`${name}: a page of the middle, ms`]: page,
    [`${name}: frames of ${SCROLLED / 1000} s of scrolling`]: scrolled.frames,
    [`${name}: gaps of more than two frames`]: scrolled.dropped,
    [`${name}: longest gap, ms`]: scrolled.longest,
    [`${name}: heap of the window, MB`]: scrolled.heap,
  };
}

async function fill(dataFolder: string, size: number): Promise<void> {
  const catalogue = openCatalogue(catalogueFile(dataFolder));
  const source = catalogue.sources.put('/bench', 'folder', null);
  for (let from = 0; from < size; from += BATCH) {
    catalogue.write(() => {
      for (let sound = from; sound < Math.min(size, from + BATCH); sound++) {
        const relativePath = `Doors ${sound % 1000}/Door ${sound} creaks.wav`;
        const file = catalogue.files.add(source.id, { relativePath, bytes: sound, mtimeMs: 0 });
        catalogue.sounds.put(file, soundOf(relativePath));
      }
    });
  }
  catalogue.close();
  // As if the starter library had been taken out: it is not what is measured.
  const state = { folder: '', listSha256: '', model: '' };
  await writeFile(join(dataFolder, 'starter-library.json'), JSON.stringify(state));
}

/** Milliseconds until the window has rows that were never asked for, their order known. */
function pageTime(window: Page, size: number): Promise<number> {
  return window.evaluate(
    async (offset) => {
      const { refoley } = globalThis;
      await refoley.invoke('library.list', { limit: 100, offset: 0 });
      const asked = performance.now();
      await refoley.invoke('library.list', { limit: 100, offset });
      return performance.now() - asked;
    },
    Math.floor(size / 2),
  );
}

/** Down by 40 px a frame, as a wheel that is turned fast, with a jump by the scroll bar each second. */
function scroll(window: Page): Promise<{ frames: number; dropped: number; longest: number; heap: number }> {
  return window.evaluate(async (time) => {
    const scroller = document.querySelector('[role=grid] .scroller');
    if (!scroller) throw new Error('there is no list');
    const gaps: number[] = [];
    const next = () => new Promise<number>((done) => requestAnimationFrame(done));
    const began = await next();
    for (let last = began, now = await next(); now - began < time; last = now, now = await next()) {
      gaps.push(now - last);
      const second = Math.floor((now - began) / 1000);
      const jumps = second > Math.floor((last - began) / 1000);
      scroller.scrollTop = jumps ? (scroller.scrollHeight * second) / 6 : scroller.scrollTop + 40;
    }
    const { memory } = performance as unknown as { memory: { usedJSHeapSize: number } };
    return {
      frames: gaps.length,
      dropped: gaps.filter((gap) => gap > 2 * (1000 / 60) + 1).length,
      longest: Math.max(...gaps),
      heap: memory.usedJSHeapSize / 1e6,
    };
  }, SCROLLED);
}
