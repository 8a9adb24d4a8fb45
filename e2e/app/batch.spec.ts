import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, launch, test } from './support/app.ts';
import { dropFiles } from './support/desktop.ts';
import { ready } from './support/studio.ts';

test('a table of prompts is made row by row, goes on after a restart, and leaves as sets', async ({
  appFolder,
  dataFolder,
  app,
  window,
  desktop,
}) => {
  const table = join(dataFolder, '../sounds.csv');
  await writeFile(
    table,
    'prompt,name,variations,duration\n' +
      'wooden door slams,DOORWood_Slam,2,0.5\nrain on a tin roof,RAINMetl_Roof,1,0.5\nglass breaks,GLASBrk_Pane,1,0.5\n',
  );
  await ready(window);
  await dropFiles(window, window.getByRole('region', { name: 'Takes' }), [table]);
  const dialog = window.getByRole('dialog', { name: 'Batch' });
  await expect(dialog.getByRole('row')).toHaveCount(4);
  await dialog.getByRole('button', { name: 'Start 3 rows' }).click();
  await expect(dialog.getByRole('row', { name: /DOORWood_Slam/ })).toContainText('done', {
    timeout: 120_000,
  });
  await dialog.getByRole('button', { name: 'Cancel GLASBrk_Pane' }).click();
  await expect(dialog.getByRole('row', { name: /GLASBrk_Pane/ })).toContainText('cancelled');
  await desktop.calls();
  await app.close();

  const again = await launch(appFolder, dataFolder);
  try {
    const second = await again.firstWindow();
    await ready(second);
    await second.getByRole('button', { name: /^Batch/ }).click();
    const list = second.getByRole('dialog', { name: 'Batch' });
    await expect(list.getByRole('row', { name: /RAINMetl_Roof/ })).toContainText('done', {
      timeout: 120_000,
    });
    await list.getByRole('button', { name: 'Try GLASBrk_Pane again' }).click();
    await expect(list.getByRole('status')).toContainText('3 of 3 rows done', { timeout: 120_000 });

    const folder = join(dataFolder, '../sets');
    await mkdir(folder);
    await again.evaluate(
      ({ dialog: native }, filePaths) => {
        native.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths });
      },
      [folder],
    );
    await list.getByRole('button', { name: 'Export all as sets…' }).click();
    await expect
      .poll(async () => (await readdir(folder)).sort(), { timeout: 60_000 })
      .toEqual([
        'DOORWood_Slam_NONE_NONE_01.wav',
        'DOORWood_Slam_NONE_NONE_02.wav',
        'GLASBrk_Pane_NONE_NONE_01.wav',
        'RAINMetl_Roof_NONE_NONE_01.wav',
      ]);
  } finally {
    await again.close();
  }
});
