import { expect, test } from './support/app.ts';

test('neighbours while typing, then takes that tell what shaped them', async ({ window }) => {
  await window.setViewportSize({ width: 1400, height: 860 });
  const prompt = window.getByRole('combobox', { name: 'What should it sound like?' });
  await prompt.fill('heavy wooden door slams');
  const neighbours = window.getByRole('list', { name: 'Neighbours of the prompt' }).getByRole('listitem');
  await expect(neighbours).toHaveCount(3);
  await expect(neighbours.first()).toContainText(/door/i);
  await window.screenshot({ path: 'test-results/neighbours.png' });

  await prompt.press('Enter');
  const takes = window.getByRole('listitem', { name: /^Take:/ });
  await expect(takes).toHaveCount(4, { timeout: 120_000 });
  await expect(takes.first()).toContainText(/fit 0\.\d\d/, { timeout: 60_000 });
  await takes.first().click();
  await expect(window.getByRole('complementary', { name: 'Inspector' })).toContainText('What shaped it');
  await window.screenshot({ path: 'test-results/takes.png' });
});
