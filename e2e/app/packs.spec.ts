import { existsSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from './support/app.ts';
import { seriousViolations } from './support/axe.ts';
import { addSmallTemplates, writeSmallModel } from '../../src/engine/checkpoint/testing/smallModel.ts';
import { ready, studioOf, takesOf } from './support/studio.ts';

test('a pack is added, checked, measured, used and removed', async ({
  window,
  desktop,
  appFolder,
  dataFolder,
}) => {
  const given = join(dataFolder, '../other');
  await cp(join(appFolder, 'resources/packs/starter'), given, { recursive: true });
  const manifest = join(given, 'manifest.json');
  const facts = JSON.parse(await readFile(manifest, 'utf8')) as object;
  await writeFile(manifest, JSON.stringify({ ...facts, name: 'other' }));

  await ready(window);
  await window.getByRole('button', { name: 'Packs', exact: true }).click();
  await expect(window.getByRole('region', { name: 'This machine' })).toContainText('self-test passed');
  await desktop.answer('showOpenDialog', { canceled: false, filePaths: [given] });
  await window.getByRole('button', { name: 'Add from a folder…' }).click();
  const card = window.getByRole('article', { name: 'Pack other' });
  await expect(card).toBeVisible({ timeout: 60_000 });
  expect(await seriousViolations(window)).toEqual([]);

  await writeFile(join(dataFolder, 'library/packs/other/vocoder.onnx'), 'damaged');
  await card.getByRole('button', { name: 'Verify' }).click();
  await expect(card.getByRole('status').filter({ hasText: 'wrong' })).toContainText('vocoder.onnx', {
    timeout: 60_000,
  });

  const starter = window.getByRole('article', { name: 'Pack starter' });
  await expect(starter.getByRole('button', { name: 'Remove' })).toHaveCount(0);
  await starter.getByRole('button', { name: 'Measure' }).click();
  await expect(starter.getByRole('table')).toContainText('Steps a second', { timeout: 120_000 });

  await card.getByRole('button', { name: 'Remove' }).click();
  await window.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(card).toHaveCount(0);
  await expect(readFile(join(dataFolder, 'library/packs/other/manifest.json'))).rejects.toThrow();
});

test('providers are tested with the pack, which is remembered, and one can be chosen', async ({ window }) => {
  await ready(window);
  await window.getByRole('button', { name: 'Packs', exact: true }).click();
  const machine = window.getByRole('region', { name: 'This machine' });
  const webgpu = machine.getByRole('listitem').filter({ hasText: 'WebGPU' });
  await expect(webgpu).toContainText('not tested');
  await machine.getByRole('button', { name: 'Test' }).click();
  const tests = machine.getByText('How each of them did');
  await expect(tests).toBeVisible({ timeout: 240_000 });
  await expect(webgpu).not.toContainText('not tested');
  await tests.click();
  const row = machine.getByRole('row').filter({ hasText: 'CPU' }).filter({ hasText: 'unet' });
  await expect(row).toContainText(/[\d.]+ ms.*right/);
  expect(await seriousViolations(window)).toEqual([]);

  const choice = machine.getByRole('combobox', { name: 'Models run on' });
  await expect(choice).toHaveValue('auto');
  await choice.selectOption('CPU');
  // The engine starts again with it, and knows the test.
  await ready(window);
  await expect(machine.getByRole('listitem').filter({ hasText: 'CPU' })).toContainText(
    'in use, self-test passed',
  );
  await expect(machine.getByText('How each of them did')).toBeVisible({ timeout: 60_000 });
  await expect(machine.getByRole('combobox', { name: 'Models run on' })).toHaveValue('cpu');
});

test('a pack from an address is shown before it is fetched', async ({ window, appFolder, dataFolder }) => {
  const folder = join(appFolder, 'resources/packs/starter');
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const name = (request.url ?? '').slice(1);
    asked.push(name);
    const body = readFile(join(folder, name));
    const named = body.then((bytes) =>
      name === 'manifest.json'
        ? JSON.stringify({ ...(JSON.parse(bytes.toString()) as object), name: 'fetched' })
        : bytes,
    );
    named.then(
      (bytes) => response.end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await ready(window);
    await window.getByRole('button', { name: 'Packs', exact: true }).click();
    await window.getByRole('button', { name: 'Add from an address…' }).click();
    const dialog = window.getByRole('dialog');
    const address = dialog.getByLabel('Address of the pack');
    await address.fill('http://example.com/pack');
    await dialog.getByRole('button', { name: 'Look it up' }).click();
    await expect(window.getByRole('alert')).toContainText('https only');

    await address.fill(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await dialog.getByRole('button', { name: 'Look it up' }).click();
    await expect(dialog).toContainText(/SHA-256 [0-9a-f]{64}/);
    await expect(dialog).toContainText('MB in');
    expect(asked).toEqual(['manifest.json']);
    await dialog.getByRole('button', { name: /^Fetch/ }).click();
    await expect(window.getByRole('article', { name: 'Pack fetched' })).toBeVisible({ timeout: 60_000 });
    await expect(dialog).toHaveCount(0);
  } finally {
    server.close();
    await rm(join(dataFolder, 'library/packs'), { recursive: true, force: true });
  }
});

test('a model as its authors publish it is added, and makes a take that the library shaped', async ({
  window,
  desktop,
  dataFolder,
}) => {
  const published = await writeSmallModel(join(dataFolder, '../AudioLDM small'));
  await addSmallTemplates(join(dataFolder, 'library'));
  await window.setViewportSize({ width: 1400, height: 860 });
  await ready(window);
  await window.getByRole('button', { name: 'Packs', exact: true }).click();
  await desktop.answer('showOpenDialog', { canceled: false, filePaths: [join(published, 'unet')] });
  await window.getByRole('button', { name: 'Add from a folder…' }).click();
  await expect(window.getByRole('alert')).toContainText('no published model');

  await desktop.answer('showOpenDialog', { canceled: false, filePaths: [published] });
  await window.getByRole('button', { name: 'Add from a folder…' }).click();
  const card = window.getByRole('article', { name: 'Pack audioldm-small' });
  await expect(card).toContainText('mixed into the prompt', { timeout: 60_000 });
  await expect(card).toContainText(published);
  expect(await seriousViolations(window)).toEqual([]);
  await card.getByRole('button', { name: 'Use' }).click();
  await expect(card).toContainText('in use');

  await expect(window.getByRole('contentinfo')).toContainText('audioldm-small');
  await window.keyboard.press('Control+1');
  const studio = studioOf(window);
  await studio.type('heavy wooden door');
  await studio.set('Takes', 1);
  await studio.set('Duration', 0.6);
  await studio.make(1);
  await studio.takes.first().click();
  await expect(studio.inspector).toContainText('What shaped it');
  const [take] = await takesOf(window);
  const influence = take?.neighbours.reduce((sum, each) => sum + each.influence, 0);
  expect(influence).toBeCloseTo(1, 5);

  await window.getByRole('button', { name: 'Packs', exact: true }).click();
  await card.getByRole('button', { name: 'Remove' }).click();
  const dialog = window.getByRole('dialog');
  await expect(dialog).toContainText('stay');
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await expect(card).toHaveCount(0);
  expect(existsSync(join(published, 'unet/diffusion_pytorch_model.safetensors'))).toBe(true);
});

test('a model that draws tokens is asked for no steps and no beginning, and makes a take', async ({
  window,
  desktop,
  dataFolder,
}) => {
  const published = await writeSmallModel(join(dataFolder, '../AudioGen small'), 'audiogen');
  await addSmallTemplates(join(dataFolder, 'library'), 'audiogen');
  await window.setViewportSize({ width: 1400, height: 860 });
  await ready(window);
  await window.getByRole('button', { name: 'Packs', exact: true }).click();
  await desktop.answer('showOpenDialog', { canceled: false, filePaths: [published] });
  await window.getByRole('button', { name: 'Add from a folder…' }).click();
  const card = window.getByRole('article', { name: 'Pack audiogen-small' });
  await expect(card).toContainText('token by token', { timeout: 60_000 });
  await card.getByRole('button', { name: 'Use' }).click();
  await expect(card).toContainText('in use');

  await window.keyboard.press('Control+1');
  await expect(window.getByLabel('Follow the prompt')).toBeVisible();
  for (const label of ['Steps', 'Follow the library', 'Begin with'])
    await expect(window.getByLabel(label, { exact: true })).toHaveCount(0);
  const studio = studioOf(window);
  await studio.type('heavy wooden door');
  await studio.set('Takes', 1);
  await studio.set('Duration', 0.6);
  await studio.make(1);
  await studio.takes.first().click();
  await expect(studio.inspector).toContainText('tokens');
  await expect(studio.inspector).not.toContainText('steps');
});

test('a model that was trained with the library brings its graphs along, and attends to neighbours', async ({
  window,
  desktop,
  dataFolder,
}) => {
  const exported = await writeSmallModel(join(dataFolder, '../re-audioldm-xs'), 're-audioldm');
  await addSmallTemplates(exported, 're-audioldm');
  await window.setViewportSize({ width: 1400, height: 860 });
  await ready(window);
  await window.getByRole('button', { name: 'Packs', exact: true }).click();
  await desktop.answer('showOpenDialog', { canceled: false, filePaths: [exported] });
  await window.getByRole('button', { name: 'Add from a folder…' }).click();
  const card = window.getByRole('article', { name: 'Pack re-audioldm-xs' });
  await expect(card).toContainText('up to 10', { timeout: 60_000 });
  await expect(card).not.toContainText('mixed into the prompt');
  await card.getByRole('button', { name: 'Use' }).click();
  await expect(window.getByRole('contentinfo')).toContainText('re-audioldm-xs');

  await window.keyboard.press('Control+1');
  const studio = studioOf(window);
  await studio.type('heavy wooden door');
  await studio.set('Takes', 1);
  await studio.set('Duration', 0.6);
  await studio.make(1);
  const [take] = await takesOf(window);
  const shares = take?.neighbours.map(({ influence }) => influence) ?? [];
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
  // Attention is no share of a mixture: nearness alone does not say it.
  expect(new Set(shares.map((share) => share.toFixed(6))).size).toBe(shares.length);
});

test('a CLAP as its authors publish it hears the library and makes no takes', async ({
  window,
  desktop,
  dataFolder,
}) => {
  const published = await writeSmallModel(join(dataFolder, '../CLAP small'), 'clap', 'unfused');
  await addSmallTemplates(join(dataFolder, 'library'), 'clap');
  await ready(window);
  await window.getByRole('button', { name: 'Packs', exact: true }).click();
  await desktop.answer('showOpenDialog', { canceled: false, filePaths: [published] });
  await window.getByRole('button', { name: 'Add from a folder…' }).click();
  const card = window.getByRole('article', { name: 'Pack clap-small' });
  await expect(card).toContainText('it only hears', { timeout: 60_000 });
  await expect(card.getByRole('button', { name: 'Use' })).toHaveCount(0);
  await expect(card.getByRole('button', { name: 'Measure' })).toHaveCount(0);

  // The library is heard at once, as far as one waits for it.
  await card.getByRole('button', { name: 'Hear with it' }).click();
  const hearing = card.getByRole('status').filter({ hasText: 'Hearing the library' });
  await expect(hearing).toContainText('%', { timeout: 60_000 });
  await hearing.getByRole('button', { name: 'Cancel' }).click();
  await expect(card).toContainText('hears the library');
  await expect(card.getByRole('button', { name: 'Hear as usual' })).toBeEnabled({ timeout: 60_000 });
  expect(await seriousViolations(window)).toEqual([]);

  await card.getByRole('button', { name: 'Hear as usual' }).click();
  await expect(card).not.toContainText('hears the library', { timeout: 60_000 });
  await expect(card.getByRole('button', { name: 'Hear with it' })).toBeEnabled({ timeout: 60_000 });
});
