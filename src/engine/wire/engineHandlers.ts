import type { EngineChannels, Pack, Source } from '#shared/engineChannels.ts';
import type { WorkProgress } from '#shared/channel.ts';
import type { Engine } from '../app.ts';
import type { EngineProgress, Work } from '../context.ts';
import { filesOf } from '../packs/pack.ts';
import type { FoundPack } from '../packs/findPacks.ts';
import type { Tell } from '../studio/events.ts';
import type { Studio } from '../studio/studio.ts';
import type { CallContext, Handlers } from './handlers.ts';

/** Answers every channel of the engine. Long calls tell how far they are and can be ended. */
export function createEngineHandlers(engine: Engine, studio: Studio, tell: Tell): Handlers<EngineChannels> {
  const { library } = engine;
  const quiet: Work = {};
  const changed = (ids: readonly number[] | null = null): void => tell('library.changed', { ids });
  const referenceOf = (to: string): string => (to.startsWith('sound/') ? to.slice(6) : studio.file(to));

  return {
    async 'engine.ready'(_, call) {
      const { sounds } = await library.count(work(call));
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

    'library.sources': async (): Promise<Source[]> => library.sources(),
    async 'library.add'({ folder }, call) {
      try {
        return await library.add(folder, {}, work(call));
      } finally {
        changed();
      }
    },
    async 'library.rescan'({ folder }, call) {
      try {
        return await library.rescan(folder, work(call));
      } finally {
        changed();
      }
    },
    async 'library.remove'({ folder }, call) {
      const { removed = 0 } = await library.remove(folder, work(call));
      changed();
      return { removed };
    },
    'library.search': ({ text, mode, limit, offset }) => library.search(text, { mode, limit, offset }, quiet),
    'library.similar': ({ to, more, less, limit, offset, filter }) => {
      const reference = typeof to === 'string' ? referenceOf(to) : to.file;
      const options = { more: more.map(referenceOf), less: less.map(referenceOf), limit, offset, filter };
      return library.similar(reference, options, quiet);
    },
    'library.list': (request) => library.browse(request, quiet),
    'library.show': ({ id }) => library.show(id, quiet),
    async 'library.edit'({ ids, edit }) {
      const { sounds, changed: edited, undo } = await library.edit(ids, edit, quiet);
      changed(edited);
      return { sounds, undo };
    },
    async 'library.undo'({ undo }) {
      const taken = await library.undo(undo, quiet);
      changed(taken.changed);
      return { sounds: taken.sounds, undo: taken.undo };
    },

    'collections.list': () => library.collections.list(),
    'collections.create': async ({ name }) => void (await library.collections.create(name)),
    'collections.delete': async ({ name }) => void (await library.collections.delete(name)),
    'collections.add': async ({ name, ids }) => void (await library.collections.add(name, ids)),
    'collections.remove': async ({ name, ids }) => void (await library.collections.remove(name, ids)),
    'collections.sounds': ({ name }) => library.collections.sounds(name),
    'searches.list': () => library.savedSearches.list(),
    'searches.save': async ({ name, text, mode }) =>
      void (await library.savedSearches.save(name, text, mode)),
    'searches.delete': async ({ name }) => void (await library.savedSearches.delete(name)),

    'audio.waveforms': ({ refs, columns }) => Promise.all(refs.map((ref) => studio.waveform(ref, columns))),
    'audio.file': ({ ref }) => studio.playable(ref),
    'audio.source': ({ ref }) => ({ path: studio.file(ref) }),
    async 'audio.adopt'({ file }, call) {
      const sound = await library.adopt(file, work(call));
      changed();
      return sound;
    },

    'prompts.history': () => studio.history(),
    'prompts.complete': ({ text }) => studio.complete(text),

    'packs.list': async () => (await engine.packs.list()).map(publicPack),
    'packs.verify': async ({ name }) =>
      (await engine.packs.verify(name)).map(({ file, problem = null }) => ({ file, problem })),
  };
}

function work({ signal, onProgress }: CallContext): Work {
  return { signal, onProgress: (progress) => onProgress(publicProgress(progress)) };
}

function publicProgress(progress: EngineProgress): WorkProgress {
  const { stage, done, of } = progress;
  if (progress.stage !== 'library') return { stage, done, of };
  return { stage: progress.part, done, of, left: progress.left };
}

function publicPack(found: FoundPack): Pack {
  const { name, folder } = found;
  if ('problem' in found) return { name, folder, facts: null, problem: found.problem.message };
  const { manifest } = found.pack;
  const { version, description, licence, audio, conditioning, defaults, distilled, graphs } = manifest;
  const { steps, guidance, libraryGuidance, k, duration } = defaults;
  return {
    ...{ name, folder, problem: null },
    facts: {
      ...{ version, description, licence },
      sampleRate: audio.sampleRate,
      maxNeighbours: conditioning.maxNeighbours,
      defaultDuration: duration,
      defaults: { steps, guidance, libraryGuidance, k },
      distilled: distilled ?? null,
      parameters: Object.values(graphs).reduce((sum, { parameters }) => sum + parameters, 0),
      bytes: filesOf(manifest).reduce((sum, { bytes }) => sum + bytes, 0),
      attributions: manifest.attributions,
    },
  };
}
