import { expect, test } from './support/app.ts';

/** Pictures of the views as a person finds them, for looking at (test-results/screens) and for the README. */
test('the studio in dark and light, wide and narrow', async ({ window }) => {
  const prompt = window.getByRole('combobox', { name: 'What should it sound like?' });
  await prompt.fill('heavy wooden door slams in a stone hallway');
  await prompt.press('Enter');
  const takes = window.getByRole('listitem', { name: /^Take:/ });
  await expect(takes).toHaveCount(4, { timeout: 120_000 });
  await takes.nth(1).click();
  await window.getByRole('textbox', { name: 'Search the library' }).fill('metal door -squeak');
  await expect(
    window.getByRole('list', { name: 'Sounds of the library' }).getByRole('listitem').first(),
  ).toContainText(/metal|door/i);
  for (const [width, height] of [
    [1440, 900],
    [1100, 700],
  ] as const) {
    await window.setViewportSize({ width, height });
    for (const theme of ['dark', 'light'] as const) {
      await window.evaluate(
        (chosen) => globalThis.refoley.invoke('settings.change', { theme: chosen }),
        theme,
      );
      await expect
        .poll(() => window.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches))
        .toBe(theme === 'dark');
      await window.screenshot({ path: `test-results/screens/studio-${theme}-${width}.png` });
      // Nothing is wider than the window.
      expect(
        await window.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
    }
  }
});
