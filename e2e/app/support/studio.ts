import { expect, type Page } from '@playwright/test';

/** The studio as a person sees it, for specs: by roles and names alone. */
export function studioOf(window: Page) {
  const prompt = window.getByRole('combobox', { name: 'What should it sound like?' });
  const neighbours = window.getByRole('list', { name: 'Neighbours of the prompt' }).getByRole('listitem');
  const takes = window.getByRole('listitem', { name: /^Take:/ });
  const jobs = window.getByRole('listitem', { name: /^Job:/ });
  const inspector = window.getByRole('complementary', { name: 'Inspector' });
  return {
    prompt,
    neighbours,
    takes,
    jobs,
    inspector,
    /** Types a prompt and waits for its neighbours. */
    async type(text: string): Promise<void> {
      await prompt.fill(text);
      await expect(neighbours.first()).toBeVisible({ timeout: 60_000 });
      await expect(window.getByRole('list', { name: 'Neighbours of the prompt' })).toHaveAttribute(
        'aria-busy',
        'false',
      );
      // Suggestions lie over the options.
      await prompt.blur();
    },
    async set(field: string, value: string | number): Promise<void> {
      const input = window.getByRole('textbox', { name: field, exact: true });
      await input.fill(String(value));
      await input.press('Tab');
    },
    /** Generates and waits until so many takes are there in all. */
    async make(count: number): Promise<void> {
      await prompt.press('Enter');
      await expect(takes).toHaveCount(count, { timeout: 120_000 });
    },
  };
}

export interface TakeFacts {
  readonly id: number;
  readonly path: string;
  readonly seed: number;
  readonly prompt: string;
  readonly neighbours: readonly {
    readonly id: number;
    readonly weight: number;
    readonly influence: number;
  }[];
}

/** What the app itself says of its takes, the newest first. */
export async function takesOf(window: Page): Promise<readonly TakeFacts[]> {
  const answer = await window.evaluate(() => globalThis.refoley.invoke('takes.list', { limit: 50 }));
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value.takes;
}

/** Waits until the library can be searched and takes can be made. */
export async function ready(window: Page): Promise<void> {
  await expect(window.getByRole('contentinfo')).toContainText('starter', { timeout: 120_000 });
}

/** The field of the prompt, with these words in it and the shortest takes. */
export async function ask(window: Page, prompt: string): Promise<void> {
  const field = window.getByRole('combobox', { name: 'What should it sound like?' });
  await field.fill(prompt);
  await window.getByLabel('Duration').fill('0.6');
  await window.getByLabel('Duration').press('Enter');
}
