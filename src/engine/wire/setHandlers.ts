import { basename } from 'node:path';
import { levelOrNull } from '#core/dsp/level.ts';
import type { SetChannels } from '#shared/channels/sets.ts';
import type { Engine } from '../app.ts';
import { batchRequests } from '../batch/batchRequests.ts';
import { readBatch } from '../batch/readBatch.ts';
import type { Studio } from '../studio/studio.ts';
import { exportSet } from '../takes/exportSet.ts';
import { saveRecipe } from '../takes/recipeFile.ts';
import type { Handlers } from './handlers.ts';
import { work } from './work.ts';

/** Characters of a prompt that a table shows. */
const SHOWN = 160;

export function createSetHandlers(engine: Engine, studio: Studio): Handlers<SetChannels> {
  return {
    async 'sets.export'({ takes, folder, match, ...naming }, call) {
      const request = { takes: studio.takes.stored(takes), folder, naming, match };
      const written = await exportSet(request, work(call));
      return written.map(({ loudness, ...file }) => ({
        ...file,
        loudness: levelOrNull(loudness),
      }));
    },
    'categories.suggest': ({ text }, call) => engine.library.suggestCatIds(text, work(call)),
    'batch.read': async ({ file }) =>
      (await readBatch(file)).map(({ line, set, prompt, duration = null, variations, seed }) => ({
        ...{ line, set, duration, variations, seed },
        prompt: shortened(prompt),
      })),
    async 'batch.start'({ file, settings }) {
      const jobs = await studio.queue.addAll(batchRequests(await readBatch(file), basename(file), settings));
      return { rows: jobs.length };
    },
    'batch.rows': () =>
      studio.queue.batched().map(({ id, state, made, request, problem }) => ({
        ...{ id, state, made },
        batch: request.batch ?? '',
        set: request.set ?? '',
        prompt: shortened(request.settings.prompt),
        variations: request.variations,
        problem: problem?.message ?? null,
      })),
    'batch.cancel': () => studio.queue.cancelBatch(),
    'batch.clear': () => studio.queue.clearBatch(),
    'recipes.open': ({ file }, call) => engine.openRecipe(file, work(call)),
    async 'recipes.save'({ take, file }) {
      const [stored] = studio.takes.stored([take]);
      return { path: stored ? await saveRecipe(stored.recipe, file) : file };
    },
  };
}

function shortened(prompt: string): string {
  return prompt.length <= SHOWN ? prompt : `${prompt.slice(0, SHOWN)}…`;
}
