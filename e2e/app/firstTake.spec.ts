import { expect, test } from './support/app.ts';

test('from the first start to a take', async ({ window }) => {
  await window.setViewportSize({ width: 1400, height: 860 });
  await window.screenshot({ path: 'test-results/start.png' });
  await expect(window.getByRole('contentinfo')).toContainText('starter', { timeout: 120_000 });
  await window.screenshot({ path: 'test-results/ready.png' });
  const prompt = window.getByRole('combobox', { name: 'What should it sound like?' });
  await prompt.fill('heavy wooden door slams');
  await expect(
    window.getByRole('list', { name: 'Neighbours of the prompt' }).getByRole('listitem'),
  ).toHaveCount(3);
  await window.screenshot({ path: 'test-results/neighbours.png' });
  await window.getByRole('button', { name: 'Generate' }).click();
  await expect(window.getByRole('listitem', { name: /^Take:/ })).toHaveCount(4, { timeout: 120_000 });
  await window.screenshot({ path: 'test-results/takes.png' });
});
