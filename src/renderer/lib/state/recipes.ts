import { deliveryFormats } from '#core/export/delivery.ts';
import type { OpenedRecipe } from '#shared/channels/sets.ts';
import type { Take } from '#shared/take.ts';
import { call } from '../bridge.ts';
import { count, fileName } from '../format.ts';
import type { StudioState } from './studio.svelte.ts';

const MOST_RECENT = 10;

/** Of recipes, takes and what takes are exported to. */
const EXTENSIONS = ['refoley', ...deliveryFormats];
const RECIPE_FILE = new RegExp(`\\.(${EXTENSIONS.join('|')})$`, 'i');

/** Whether a file may hold a recipe. */
export function mayHoldRecipe(path: string): boolean {
  return RECIPE_FILE.test(path);
}

/** Recipes as files: opened into the prompt bar, saved from takes. */
export function createRecipes(studio: StudioState) {
  const { neighbours, notices, prompt, settings } = studio;

  const show = async (file: string, opened: OpenedRecipe): Promise<void> => {
    await notices.attempt(async () => {
      const { recipe, pins, missing, packProblem } = opened;
      prompt.adopt(recipe, { seed: true });
      neighbours.pins = pins;
      neighbours.bans = [];
      studio.view = 'studio';
      studio.commands.run('prompt.focus');
      const kept = [file, ...settings.now.recent.filter((each) => each !== file)].slice(0, MOST_RECENT);
      await settings.change({ recent: kept });
      const gone = missing.map(({ name, caption }) => (caption === '' ? name : `${name} (${caption})`));
      if (gone.length > 0)
        notices.note(
          `${fileName(file)} is in the prompt bar without ${count(gone.length, 'neighbour')} that cannot be used here: ${gone.join(', ')}`,
        );
      else
        notices.note(
          `${fileName(file)} is in the prompt bar${pins.length > 0 ? ', its neighbours are pinned' : ''}`,
        );
      if (packProblem !== null) notices.note(`It may sound different: ${packProblem}`);
    });
  };

  const open = async (file: string): Promise<void> => {
    const opened = await notices.attempt(() => call('recipes.open', { file }));
    if (opened) await show(file, opened);
  };

  return {
    open,
    /** Of a file that may be a take or any other sound. @returns whether it held a recipe */
    async openIfAny(file: string): Promise<boolean> {
      const opened = await call('recipes.open', { file }).catch(() => undefined);
      if (opened) await show(file, opened);
      return opened !== undefined;
    },
    async choose(): Promise<void> {
      const file = await notices.attempt(() =>
        call('dialog.file', { title: 'Open a recipe or a take', extensions: EXTENSIONS }),
      );
      if (file) await open(file);
    },
    async save(take: Take): Promise<void> {
      await notices.attempt(async () => {
        const name = `${take.name.replace(/[\\/:*?"<>|]/g, ' ').slice(0, 60)}.refoley`;
        const file = await call('dialog.save', { title: 'Save the recipe', name, extensions: ['refoley'] });
        if (file === null) return;
        const { path } = await call('recipes.save', { take: take.id, file });
        notices.note(`Recipe saved to ${path}`);
      });
    },
    forget: () => notices.attempt(() => settings.change({ recent: [] })),
  };
}
