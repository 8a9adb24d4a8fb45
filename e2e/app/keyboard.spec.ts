import { expect, test } from './support/app.ts';
import { seriousViolations } from './support/axe.ts';
import { studioOf, takesOf } from './support/studio.ts';

test('from a prompt to a starred take without a mouse', async ({ window }) => {
  const studio = studioOf(window);
  await expect(
    window.getByRole('list', { name: 'Sounds of the library' }).getByRole('listitem').first(),
  ).toBeVisible({ timeout: 60_000 });
  await window.keyboard.press('/');
  await window.keyboard.type('water splash');
  await expect(studio.neighbours).toHaveCount(3);
  await studio.set('Duration', 0.6);
  await window.keyboard.press('Control+Enter');
  await expect(studio.takes).toHaveCount(4, { timeout: 120_000 });

  // The palette finds what has no key.
  await window.keyboard.press('Control+K');
  await window.keyboard.type('theme light');
  await window.keyboard.press('Enter');
  await expect
    .poll(() => window.evaluate(() => matchMedia('(prefers-color-scheme: light)').matches))
    .toBe(true);

  await studio.takes.first().focus();
  await window.keyboard.press('ArrowRight');
  await expect(studio.takes.nth(1)).toBeFocused();
  await window.keyboard.press('s');
  await expect(studio.takes.nth(1)).toHaveAccessibleName(/starred/);

  await window.keyboard.press('Space');
  await window.keyboard.press('v');
  await expect(studio.takes).toHaveCount(8, { timeout: 120_000 });
  expect((await takesOf(window))[0]?.prompt).toBe('water splash');
});

test('nothing in the studio is closed to assistive technology', async ({ window, app }) => {
  const studio = studioOf(window);
  await studio.type('bell rings');
  await studio.set('Takes', 1);
  await studio.set('Duration', 0.5);
  await studio.make(1);
  await studio.takes.first().click();
  for (const theme of ['dark', 'light'] as const) {
    await window.evaluate((chosen) => globalThis.refoley.invoke('settings.change', { theme: chosen }), theme);
    await expect.poll(() => app.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe(theme);
    expect(await seriousViolations(window)).toEqual([]);
  }
});
