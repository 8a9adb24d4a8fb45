import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './support/app.ts';
import { seriousViolations } from './support/axe.ts';
import { ready } from './support/studio.ts';

test('settings hold at once and after a restart of the page', async ({ window, dataFolder }) => {
  await ready(window);
  await window.keyboard.press('Control+,');
  await window.getByRole('radio', { name: '96 kHz' }).click();
  await window.getByLabel('CreatorID').fill('JD');
  await window.getByLabel('CreatorID').press('Enter');
  expect(await seriousViolations(window)).toEqual([]);
  await expect.poll(() => kept(dataFolder)).toMatchObject({ sampleRate: 96_000, creatorId: 'JD' });
  // A sign in a field is a sign, elsewhere a key.
  await window.getByLabel('CreatorID').fill('JD');
  await window.getByLabel('CreatorID').press('?');
  await expect(window.getByLabel('CreatorID')).toHaveValue('JD?');
  await expect(window.getByRole('dialog')).toHaveCount(0);
  await window.getByLabel('CreatorID').press('Backspace');
  await window.getByLabel('CreatorID').blur();
  await window.keyboard.press('?');
  await expect(window.getByRole('dialog', { name: 'Keys' })).toContainText('Find a command');
  await window.keyboard.press('Escape');
  await window.getByRole('button', { name: 'Versions and licences…' }).click();
  await expect(window.getByRole('dialog')).toContainText('Attributions');
  await window.keyboard.press('Escape');

  await window.reload();
  await ready(window);
  await window.keyboard.press('Control+,');
  await expect(window.getByRole('radio', { name: '96 kHz' })).toBeChecked();
  await expect(window.getByLabel('CreatorID')).toHaveValue('JD');
});

test('the audio output is chosen, kept, and replaced while it is not connected', async ({
  window,
  dataFolder,
}) => {
  await window.addInitScript(giveOutputs, ['Headphones', 'Monitors']);
  await window.reload();
  await ready(window);
  await window.keyboard.press('Control+,');
  const select = window.getByLabel('Audio output');
  await expect(select.getByRole('option')).toHaveText(['As the system', 'Headphones', 'Monitors']);
  expect(await heardOn(window)).toBe('');

  await select.selectOption('Headphones');
  await expect.poll(() => heardOn(window)).toBe('id of Headphones');
  await expect.poll(() => kept(dataFolder)).toMatchObject({ output: 'id of Headphones' });
  await window.reload();
  await expect.poll(() => heardOn(window)).toBe('id of Headphones');

  await ready(window);
  await connect(window, ['Monitors']);
  const note = window.getByRole('status').filter({ hasText: 'audio output is not connected' });
  await expect(note).toBeVisible();
  await expect.poll(() => heardOn(window)).toBe('');
  await window.keyboard.press('Control+,');
  await expect(select.locator('option:checked')).toHaveText('an output that is not connected');
  await connect(window, ['Monitors', 'Headphones']);
  await expect.poll(() => heardOn(window)).toBe('id of Headphones');
  await expect(select.locator('option:checked')).toHaveText('Headphones');

  await select.selectOption('As the system');
  await expect.poll(() => heardOn(window)).toBe('');
});

/** The settings on the disk, a little later than on the screen. */
async function kept(dataFolder: string): Promise<unknown> {
  const text = await readFile(join(dataFolder, 'settings.json'), 'utf8').catch(() => '{}');
  return (JSON.parse(text) as { readonly settings?: unknown }).settings ?? {};
}

interface Outputs {
  connected: readonly string[];
  heardOn: string;
}

/** A machine that runs specs has no audio outputs: these come and go, and the audio context says which it is told to use. */
function giveOutputs(labels: string[]): void {
  const outputs: Outputs = { connected: labels, heardOn: '' };
  Object.assign(globalThis, { outputs });
  navigator.mediaDevices.enumerateDevices = () =>
    Promise.resolve(
      outputs.connected.map((label) => {
        const device = { deviceId: `id of ${label}`, groupId: '', kind: 'audiooutput' as const, label };
        return { ...device, toJSON: () => device };
      }),
    );
  Object.assign(AudioContext.prototype, {
    setSinkId: (id: string) => {
      outputs.heardOn = id;
      return Promise.resolve();
    },
  });
}

function heardOn(window: Page): Promise<string> {
  return window.evaluate(() => (globalThis as unknown as { outputs: Outputs }).outputs.heardOn);
}

async function connect(window: Page, labels: string[]): Promise<void> {
  await window.evaluate((connected) => {
    Object.assign((globalThis as unknown as { outputs: Outputs }).outputs, { connected });
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
  }, labels);
}
