import type { LibraryChannels, Source } from '#shared/channels/library.ts';
import type { Engine } from '../app.ts';
import type { Work } from '../context.ts';
import type { Tell } from '../studio/events.ts';
import type { Studio } from '../studio/studio.ts';
import type { Handlers } from './handlers.ts';
import { createUndos } from './undos.ts';
import { work } from './work.ts';

/** Short calls are neither followed nor ended. */
const quiet: Work = {};

export function createLibraryHandlers(
  { library }: Engine,
  studio: Studio,
  tell: Tell,
): Handlers<LibraryChannels> {
  const changed = (ids: readonly number[] | null = null): void => tell('library.changed', { ids });
  const referenceOf = async (to: string): Promise<string> =>
    to.startsWith('sound/') ? to.slice(6) : studio.file(to);

  /** The sounds are the same, the collections have others. */
  const collected = async <T>(change: Promise<T>): Promise<T> => {
    const report = await change;
    tell('collections.changed', undefined);
    return report;
  };
  const undos = createUndos();

  return {
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
      const { removed } = await library.remove(folder, work(call));
      changed();
      return { removed };
    },
    'library.search': ({ text, mode, limit, offset }) => library.search(text, { mode, limit, offset }, quiet),
    async 'library.similar'({ to, more, less, limit, offset, filter }) {
      const reference = typeof to === 'string' ? await referenceOf(to) : to.file;
      const files = (refs: readonly string[]) => Promise.all(refs.map(referenceOf));
      const options = { more: await files(more), less: await files(less), limit, offset, filter };
      return library.similar(reference, options, quiet);
    },
    'library.list': (request) => library.browse(request, quiet),
    'library.show': ({ id }) => library.show(id, quiet),
    'library.ids': (request) => library.browseIds(request, quiet),
    'library.sounds': async ({ ids }) => ({ results: await library.sounds(ids, quiet) }),
    'library.map': ({ from }, call) => library.mapPart(from, work(call)),
    async 'library.coverage'(_, call) {
      const { categories } = await library.coverage({}, work(call));
      return categories.flatMap(({ subcategories }) =>
        subcategories.map(({ catId, near, verdict }) => ({ catId, near, verdict })),
      );
    },
    async 'library.edit'({ ids, edit }) {
      const { changed: edited, undo } = await library.edit(ids, edit, quiet);
      changed(edited);
      return { undo: undos.keep(undo) };
    },
    async 'library.undo'({ undo }) {
      const taken = await library.undo(undos.take(undo), quiet);
      changed(taken.changed);
      return { undo: undos.keep(taken.undo) };
    },
    'collections.list': () => library.collections.list(),
    async 'collections.create'({ name }) {
      await collected(library.collections.create(name));
    },
    async 'collections.delete'({ name }) {
      await collected(library.collections.delete(name));
    },
    'collections.add': ({ name, ids }) => collected(library.collections.add(name, ids)),
    'collections.remove': ({ name, ids }) => collected(library.collections.remove(name, ids)),
    'collections.sounds': async ({ name }) =>
      Int32Array.from(await library.collections.sounds(name), ({ id }) => id),
    'searches.list': () => library.savedSearches.list(),
    async 'searches.save'({ name, text, mode }) {
      await library.savedSearches.save(name, text, mode);
    },
    async 'searches.delete'({ name }) {
      await library.savedSearches.delete(name);
    },
  };
}
