import { expect, test } from './support/app.ts';
import { studioOf, takesOf } from './support/studio.ts';

test.use({ prepared: false });

test('on a fresh machine: a prompt at once, a take led by the starter library, a file on the disk', async ({
  window,
}) => {
  const studio = studioOf(window);
  await expect(window.getByRole('heading', { name: 'Type what you need to hear' })).toBeVisible();
  // Nobody waits for the library: what is asked for is made as soon as it is there.
  await window.getByRole('button', { name: 'heavy wooden door slams in a stone hallway' }).click();
  await expect(studio.jobs).toHaveCount(1);
  await expect(window.getByRole('contentinfo')).toContainText(/preparing the library: \d+ of 323/, {
    timeout: 60_000,
  });
  await expect(studio.takes).toHaveCount(4, { timeout: 220_000 });
  const [take] = await takesOf(window);
  expect(take?.neighbours).toHaveLength(3);
  expect(take?.path).toMatch(/heavy-wooden-door.*\.wav$/);
});
