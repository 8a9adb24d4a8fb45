import type { StudioChannels } from '#shared/channels/studio.ts';
import type { Engine } from '../app.ts';
import type { Tell } from '../studio/events.ts';
import type { Studio } from '../studio/studio.ts';
import type { Handlers } from './handlers.ts';
import { work } from './work.ts';

export function createStudioHandlers(
  { library }: Engine,
  studio: Studio,
  tell: Tell,
): Handlers<StudioChannels> {
  const changed = (): void => tell('library.changed', { ids: null });

  return {
    async 'engine.ready'(_, call) {
      const { sounds } = await library.count(work(call));
      // The starter library is there by now.
      void studio.warmUp();
      return { sounds, takes: studio.takes.list({ limit: 1 }).total };
    },
    async 'neighbours.preview'({ prompt, pins, bans, k, retrieval }) {
      const began = performance.now();
      const asked = prompt.trim() !== '' && retrieval !== 'none';
      const found = asked
        ? await studio.preview(prompt, { k, pins, bans })
        : { neighbours: [], passedOver: [] };
      return { ...found, ms: performance.now() - began };
    },
    'jobs.add': (request) => studio.queue.add(request),
    'jobs.cancel': ({ id }) => studio.queue.cancel(id),
    'jobs.retry': ({ id }) => studio.queue.retry(id),
    'jobs.dismiss': ({ id }) => studio.queue.dismiss(id),
    'jobs.list': () => studio.queue.list(),
    'takes.list': (filter) => studio.takes.list(filter),
    'takes.show': ({ id }) => studio.takes.show(id),
    'takes.update': ({ ids, ...change }) => studio.takes.update(ids, change),
    'takes.delete': ({ ids }) => studio.takes.delete(ids),
    'takes.restore': ({ ids }) => studio.takes.restore(ids),
    'takes.family': ({ id }) => studio.takes.family(id),
    async 'takes.keep'({ ids }, call) {
      const { sounds } = await library.keep(studio.takes.paths(ids), work(call));
      changed();
      return sounds;
    },
    'audio.waveforms': ({ refs, columns }) => Promise.all(refs.map((ref) => studio.waveform(ref, columns))),
    'audio.file': ({ ref, growing }) => studio.playable(ref, growing),
    'audio.source': async ({ ref }) => ({ path: await studio.file(ref) }),
    async 'audio.adopt'({ file }, call) {
      const sound = await library.adopt(file, work(call));
      changed();
      return sound;
    },
    'prompts.history': () => studio.history(),
    'prompts.complete': ({ text }) => studio.complete(text),
  };
}
