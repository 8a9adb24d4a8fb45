import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './support/app.ts';
import { seriousViolations } from './support/axe.ts';
import { enlarge } from './support/enlarge.ts';
import { ready } from './support/studio.ts';

const map = (window: Page) => window.getByRole('application', { name: /^Map of/ });

async function openMap(window: Page): Promise<number> {
  await window.setViewportSize({ width: 1400, height: 860 });
  await ready(window);
  await window.keyboard.press('Control+3');
  await expect(map(window)).toBeVisible({ timeout: 120_000 });
  const [digits = ''] = /[\d,]+/.exec((await map(window).getAttribute('aria-label')) ?? '') ?? [];
  return Number(digits.replaceAll(',', ''));
}

test('sounds are heard under the pointer and by arrows', async ({ window }) => {
  const sounds = await openMap(window);
  expect(sounds).toBeGreaterThan(300);
  await map(window).focus();
  await window.keyboard.press('ArrowRight');
  const label = window.locator('#map-sound strong');
  const transport = window.getByRole('contentinfo');
  await expect(label).not.toBeEmpty();
  const first = await label.innerText();
  await expect(transport).toContainText(first);
  const place = await window.locator('svg circle[r="9"]').boundingBox();

  await window.keyboard.press('ArrowRight');
  await expect(label).not.toHaveText(first);
  await expect(transport).not.toContainText(first);
  // The pointer goes back to where the first one was, and rests there.
  await window.mouse.move((place?.x ?? 0) + 40, (place?.y ?? 0) + 200);
  await window.mouse.move((place?.x ?? 0) + 10, (place?.y ?? 0) + 10, { steps: 4 });
  await expect(label).toHaveText(first);
  await expect(transport).toContainText(first);
});

test('what the lasso catches becomes a collection and a list', async ({ window }) => {
  const sounds = await openMap(window);
  const box = await map(window).boundingBox();
  const [left, top] = [(box?.x ?? 0) + 8, (box?.y ?? 0) + 8];
  const [right, bottom] = [left + (box?.width ?? 0) - 16, top + (box?.height ?? 0) - 16];
  await window.keyboard.down('Shift');
  await window.mouse.move(left, top);
  await window.mouse.down();
  for (const [x, y] of [
    [right, top],
    [right, bottom],
    [left, bottom],
  ] as const)
    await window.mouse.move(x, y);
  await window.mouse.up();
  await window.keyboard.up('Shift');
  const caught = window.getByRole('toolbar', { name: 'For the sounds that were caught' });
  await expect(caught).toContainText(`${sounds.toLocaleString('en')} sounds`);
  await caught.getByRole('button', { name: 'Add to collection' }).click();
  await window.getByRole('menuitem', { name: 'New collection…' }).click();
  await window.getByRole('textbox', { name: 'Name of the collection' }).fill('Everything near');
  await window.keyboard.press('Enter');
  await expect(window.getByRole('region', { name: 'Messages' })).toContainText('added to Everything near');
  await caught.getByRole('button', { name: 'Show in list' }).click();
  await expect(window.getByRole('region', { name: 'Library' }).getByRole('status')).toContainText(
    `${sounds.toLocaleString('en')} sounds`,
  );
  await expect(window.getByRole('button', { name: /^Everything near/ })).toBeVisible();
});

const large = test.extend({
  dataFolder: async ({ dataFolder }, use) => {
    enlarge(join(dataFolder, 'library'), 200);
    await use(dataFolder);
  },
});

large(
  'the map of a large library says how far it is, and is given up and asked for again',
  async ({ window }) => {
    await window.setViewportSize({ width: 1400, height: 860 });
    await ready(window);
    await window.keyboard.press('Control+3');
    const region = window.getByRole('region', { name: 'Map of the library' });
    const working = region.getByRole('status');
    await expect(working).toContainText('Laying out the map');
    await working.getByRole('button', { name: 'Cancel' }).click();
    await expect(region).toContainText('stopped before the end', { timeout: 60_000 });
    await expect(map(window)).toHaveCount(0);

    await region.getByRole('button', { name: 'Try again' }).click();
    await expect(working).toContainText(/Laying out the map \d+ %/, { timeout: 60_000 });
    await expect(map(window)).toHaveAccessibleName(/6\d,\d{3} sounds/, { timeout: 120_000 });
  },
);

test('kinds are told, and holes lead to a prompt', async ({ window }) => {
  await openMap(window);
  const kinds = window.getByRole('list', { name: 'Kinds' });
  await expect(kinds.getByRole('button', { name: /^Doors/ })).toBeVisible();
  for (const colorScheme of ['dark', 'light'] as const) {
    await window.emulateMedia({ colorScheme });
    for (const [width, height] of [
      [1400, 860],
      [1100, 700],
    ] as const) {
      await window.setViewportSize({ width, height });
      await window.screenshot({ path: `test-results/map-${colorScheme}-${width}.png` });
    }
  }
  await window.getByRole('button', { name: 'Look for holes' }).click();
  const holes = window.getByRole('list', { name: 'Holes' });
  await expect(holes.getByRole('listitem').first()).toBeVisible({ timeout: 120_000 });
  await holes.locator('summary').first().click();
  await window.screenshot({ path: 'test-results/map-holes.png' });
  expect(await seriousViolations(window)).toEqual([]);
  const make = holes.getByRole('button', { name: /^Generate/ }).first();
  const words = ((await make.getAttribute('aria-label')) ?? '').replace('Generate ', '');
  await make.click();
  await expect(window.getByRole('combobox', { name: 'What should it sound like?' })).toHaveValue(words);
});
