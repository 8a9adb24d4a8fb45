import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Page } from '@playwright/test';
import { sound } from '../support/sounds.ts';
import { expect, test } from './support/app.ts';
import { seriousViolations } from './support/axe.ts';
import { dropFiles } from './support/desktop.ts';
import { ready } from './support/studio.ts';

/** A folder as somebody may bring it: sounds with words in their names, and one damaged file. */
async function writeFolder(folder: string, names: readonly string[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [seed, name] of names.entries()) await writeFile(join(folder, name), sound(seed + 1));
  return folder;
}

/** Opens the view when the library is there. */
async function openLibrary(window: Page): Promise<void> {
  await window.setViewportSize({ width: 1400, height: 860 });
  await ready(window);
  await window.keyboard.press('Control+2');
  await expect(rows(window).first()).toBeVisible();
}

const rows = (window: Page) => window.getByRole('grid', { name: 'Sounds' }).locator('[aria-rowindex]');
const row = (window: Page, name: RegExp | string) => window.getByRole('row', { name });
const search = (window: Page) => window.getByRole('textbox', { name: 'Search the library' });
const status = (window: Page) => window.getByRole('region', { name: 'Library' }).getByRole('status');

test('a folder is added, its damaged file says why, and its sounds are found by what they mean', async ({
  window,
  desktop,
  dataFolder,
}) => {
  await openLibrary(window);
  const folder = await writeFolder(join(dataFolder, '../field'), [
    'rusty gate creaks.wav',
    'owl at night.wav',
  ]);
  await writeFile(join(folder, 'broken door.wav'), 'RIFF, and then nothing that is a sound');
  await desktop.answer('showOpenDialog', { canceled: false, filePaths: [folder] });
  await window.getByRole('button', { name: 'Drop or choose folders' }).click();
  await expect(window.getByRole('list', { name: 'Folders of the library' })).toContainText('field');
  await expect(window.getByRole('list', { name: 'Folders of the library' })).toContainText('1 unreadable');

  await window.getByRole('button', { name: 'Unreadable' }).click();
  await expect(search(window)).toHaveValue('is:unreadable');
  await expect(row(window, /broken door/)).toContainText(/damaged|not a|cannot|no sound/i);

  await search(window).fill('a door hinge that squeaks');
  await window.getByRole('radio', { name: 'Meaning' }).click();
  await expect(row(window, /rusty gate creaks/)).toBeVisible();

  const more = await writeFolder(join(dataFolder, '../dropped-folder'), ['kettle whistles.wav']);
  await dropFiles(window, window.getByRole('button', { name: 'Drop or choose folders' }), [more]);
  await expect(window.getByRole('list', { name: 'Folders of the library' })).toContainText('dropped-folder');
  await search(window).fill('source:dropped-folder');
  await expect(row(window, /kettle whistles/)).toBeVisible();
  await expect(status(window)).toContainText('1 sound');
});

test('captions, stars and collections, by key, and back', async ({ window }) => {
  await openLibrary(window);
  await window.getByRole('grid', { name: 'Sounds' }).focus();
  await window.keyboard.press('ArrowDown');
  const first = rows(window).first();
  await expect(first).toHaveAttribute('aria-selected', 'true');
  const before = (await first.getAttribute('aria-label')) ?? '';

  await window.keyboard.press('Enter');
  await window.getByRole('textbox', { name: 'Caption' }).fill('a bell under water');
  await window.keyboard.press('Enter');
  await expect(first).toHaveAccessibleName(/a bell under water/);
  await window.keyboard.press('4');
  await expect(first.getByRole('img', { name: '4 of 5 stars' })).toBeVisible();
  await window.keyboard.press('Control+z');
  await expect(first.getByRole('img', { name: '4 of 5 stars' })).toBeHidden();
  await window.keyboard.press('Control+z');
  await expect(first).toHaveAccessibleName(before);

  await window.keyboard.press('Shift+ArrowDown');
  await window.keyboard.press('Shift+ArrowDown');
  const bar = window.getByRole('toolbar', { name: 'For the sounds that are chosen' });
  await expect(bar).toContainText('3 sounds');
  await bar.getByRole('textbox', { name: 'Add tags' }).fill('castle');
  await window.keyboard.press('Enter');
  await bar.getByRole('button', { name: 'Add to collection' }).click();
  await window.getByRole('menuitem', { name: 'New collection…' }).click();
  await window.getByRole('textbox', { name: 'Name of the collection' }).fill('Act one');
  await window.keyboard.press('Enter');
  await window.getByRole('button', { name: 'Act one 3' }).click();
  await expect(status(window)).toContainText('3 sounds');
  await search(window).fill('tag:castle');
  await expect(status(window)).toContainText('3 sounds');

  // A list of another length in between: keys count when the list of the collection is there.
  await search(window).fill('');
  await expect(status(window)).toContainText('323 sounds');
  await window.getByRole('button', { name: /^Act one/ }).click();
  await expect(status(window)).toHaveText('3 sounds');
  await window.getByRole('grid', { name: 'Sounds' }).focus();
  await window.keyboard.press('ArrowDown');
  await window.keyboard.press('Delete');
  await expect(status(window)).toContainText('2 sounds');
  await window.keyboard.press('Control+z');
  await expect(status(window)).toContainText('3 sounds');
});

test('more like this and less like that, and lists by column', async ({ window }) => {
  await openLibrary(window);
  await window.getByRole('button', { name: 'Length' }).click();
  const length = rows(window).first().getByRole('gridcell').nth(4);
  await expect(window.getByRole('columnheader', { name: 'Length' })).toHaveAttribute(
    'aria-sort',
    'ascending',
  );
  const shortest = await length.innerText();
  await window.getByRole('button', { name: 'Length' }).click();
  await expect(length).not.toHaveText(shortest);

  await rows(window).first().click();
  await window.keyboard.press('m');
  const chips = window.getByRole('group', { name: 'What it is to sound like' });
  await expect(chips).toContainText('sounds like');
  await expect(status(window)).toContainText('the nearest first');
  await rows(window).nth(3).click();
  const nearest = await rows(window).first().getAttribute('aria-label');
  await rows(window).first().click();
  await window.keyboard.press('Shift+M');
  await expect(chips.getByRole('button', { name: /^Not less like/ })).toBeVisible();
  await expect(rows(window).first()).not.toHaveAccessibleName(nearest ?? '');
});

test('sounds are dragged out in the order they were chosen', async ({ window, desktop, dataFolder }) => {
  await openLibrary(window);
  const folder = await writeFolder(join(dataFolder, '../field'), ['a kettle.wav', 'b owl.wav', 'c gate.wav']);
  await dropFiles(window, window.getByRole('button', { name: 'Drop or choose folders' }), [folder]);
  await expect(window.getByRole('list', { name: 'Folders of the library' })).toContainText('field');
  await search(window).fill('source:field');
  await expect(status(window)).toContainText('3 sounds');
  const drags = async () => (await desktop.calls()).filter(([what]) => what === 'startDrag');
  const dragged = async (name: RegExp, count: number): Promise<string[]> => {
    await row(window, name).dragTo(window.getByRole('contentinfo'));
    await expect.poll(drags).toHaveLength(count);
    const [, ...files] = (await drags()).at(-1) ?? [];
    return files.map(String);
  };

  await row(window, /c gate/).click();
  await row(window, /a kettle/).click({ modifiers: ['ControlOrMeta'] });
  const names = ['c gate.wav', 'a kettle.wav'];
  const files = await dragged(/a kettle/, 1);
  expect(files.map((file) => basename(file))).toEqual(names);
  for (const name of names)
    expect((await desktop.dropped(name)).equals(await readFile(join(folder, name)))).toBe(true);

  // A sound that is not among the chosen ones goes alone.
  expect((await dragged(/b owl/, 2)).map((file) => basename(file))).toEqual(['b owl.wav']);
});

test('looks right in both themes and sizes, and says its roles', async ({ window }) => {
  await openLibrary(window);
  for (const theme of ['dark', 'light'] as const) {
    await window.emulateMedia({ colorScheme: theme });
    for (const [width, height] of [
      [1400, 860],
      [1100, 700],
    ] as const) {
      await window.setViewportSize({ width, height });
      await window.screenshot({ path: `test-results/library-${theme}-${width}.png` });
    }
  }
  await rows(window).first().click();
  await rows(window)
    .nth(4)
    .click({ modifiers: ['Shift'] });
  await window.screenshot({ path: 'test-results/library-chosen.png' });
  await window.getByRole('button', { name: 'Show as cards' }).click();
  await expect(window.getByRole('gridcell', { name: /^air-bubbles/ })).toBeVisible();
  await window.getByRole('grid', { name: 'Sounds' }).press('ArrowRight');
  await window.screenshot({ path: 'test-results/library-cards.png' });
  await window.getByRole('button', { name: 'Show as rows' }).click();
  await rows(window).first().click();
  await rows(window)
    .nth(4)
    .click({ modifiers: ['Shift'] });
  expect(await seriousViolations(window)).toEqual([]);
});
