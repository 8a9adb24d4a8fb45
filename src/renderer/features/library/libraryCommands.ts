import type { Command } from '../../lib/state/commands.svelte.ts';
import { playableOf } from '../../lib/state/selection.svelte.ts';
import type { StudioState } from '../../lib/state/studio.svelte.ts';

/** What can be done to the sounds that are chosen in the library's view. */
export function libraryCommands(studio: StudioState): Command[] {
  const { actions, browser, library, neighbours, selection, settings } = studio;
  const ids = () => [...browser.chosen];
  const some = () => browser.chosen.size > 0;
  const steer = (direction: 'more' | 'less') => {
    const { now, ref } = selection;
    if (now && ref) browser.steer(direction, { ref, name: playableOf(now).name });
  };

  return [
    {
      id: 'library.all',
      label: 'Choose all sounds that are listed',
      group: 'Library',
      keys: ['Mod+A'],
      run: () => browser.chooseAll(),
    },
    {
      id: 'library.caption',
      label: 'Write the caption',
      group: 'Library',
      keys: ['Enter'],
      when: () => browser.chosen.size === 1,
      run: () => (browser.editing = ids()[0] ?? null),
    },
    {
      id: 'neighbours.pin',
      label: 'Use the sounds as neighbours',
      group: 'Neighbours',
      keys: ['P'],
      when: some,
      run: () => {
        const pin = ids().some((id) => !neighbours.isPinned(id));
        for (const id of ids().slice(0, 64))
          if (pin) neighbours.pin(id);
          else neighbours.unpin(id);
      },
    },
    ...[0, 1, 2, 3, 4, 5].map((rating): Command => ({
      id: `library.rate.${rating}`,
      label: rating === 0 ? 'Take the rating back' : `Rate ${'★'.repeat(rating)}`,
      group: 'Library',
      keys: [String(rating)],
      when: some,
      run: () => actions.edit(ids(), { rating }, 'rate'),
    })),
    {
      id: 'library.uncollect',
      label: 'Take out of the collection',
      group: 'Library',
      keys: ['Delete', 'Backspace'],
      when: () => some() && browser.collection !== null,
      run: () => {
        const { collection } = browser;
        return collection === null ? undefined : actions.collect(collection, ids(), 'remove');
      },
    },
    {
      id: 'library.like',
      label: 'More like this',
      group: 'Library',
      keys: ['M'],
      when: () => selection.now !== null,
      run: () => steer('more'),
    },
    {
      id: 'library.unlike',
      label: 'Less like that',
      group: 'Library',
      keys: ['Shift+M'],
      when: () => selection.now !== null && library.like !== null,
      run: () => steer('less'),
    },
    {
      id: 'library.choose.none',
      label: 'Choose nothing',
      group: 'Library',
      keys: ['Escape'],
      when: () => browser.chosen.size > 1,
      run: () => (browser.chosen = new Set()),
    },
    {
      id: 'library.cards',
      label: 'Rows or cards',
      group: 'Library',
      run: () =>
        settings.change({ browser: { ...settings.now.browser, cards: !settings.now.browser.cards } }),
    },
  ];
}
