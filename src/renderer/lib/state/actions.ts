import type { Asked } from '#shared/channel.ts';
import type { EngineChannels } from '#shared/channels/engine.ts';
import type { AudioRef } from '#shared/channels/common.ts';
import type { Generate, Job, Take } from '#shared/take.ts';
import { call } from '../bridge.ts';
import { count } from '../format.ts';
import type { RoundRobinOf, StudioState } from './studio.svelte.ts';

type Parent = NonNullable<Generate['parent']>;
type SoundEdit = Asked<EngineChannels['library.edit']>['edit'];

/** How a take was asked for, to be asked for again. */
function settingsOf(take: Take): Generate['settings'] {
  const { prompt, negative, duration, sampler, retrieval, k, sampleRate, bits, seed } = take;
  const { steps, guidance, libraryGuidance, guidanceInterval, start, candidates, candidate, highBand } = take;
  const common = {
    start,
    candidates,
    candidate,
    highBand,
    prompt,
    negative,
    duration,
    sampler,
    retrieval,
    k,
    sampleRate,
    bits,
    seed,
  };
  // The distilled mode does what it was taught.
  return sampler === 'distilled' ? common : { ...common, steps, guidance, libraryGuidance, guidanceInterval };
}

/** As it was asked for, with a new seed. */
function anew(take: Take): Generate['settings'] {
  return { ...settingsOf(take), seed: null, candidate: undefined };
}

/** What the user does to takes and sounds from more than one place of the window. */
export function createActions(studio: StudioState) {
  const { jobs, neighbours, notices, prompt, settings, undo } = studio;

  const ask = async (request: Generate): Promise<void> => {
    await notices.attempt(() => jobs.add(request));
  };
  const from = (take: Take, descent: Parent['descent']): Pick<Generate, 'parent'> => ({
    parent: { takeId: take.id, descent },
  });
  /** The very neighbours that it had, so that only what is changed differs. */
  const pinsOf = (take: Take): NonNullable<Generate['pins']> =>
    take.neighbours.map(({ id, weight }) => ({ id, weight }));

  return {
    /** Takes of what the prompt bar says. */
    async generate(): Promise<void> {
      if (prompt.text.trim() === '') return;
      const seed = prompt.seed ?? (prompt.seedLocked ? Math.floor(Math.random() * 2 ** 32) : null);
      if (prompt.seedLocked) prompt.seed = seed;
      await ask(prompt.request(neighbours.choice()));
    },
    /** More takes like one: the same recipe, new seeds. */
    vary: (take: Take, variations = prompt.variations): Promise<void> =>
      ask({
        settings: anew(take),
        pins: pinsOf(take),
        variations,
        ...from(take, 'vary'),
      }),
    /** Variations of something as a set; the job that makes them. */
    set(of: RoundRobinOf, words: string, variations: number, set: string): Promise<Job | undefined> {
      const base = prompt.settings();
      const request: Generate =
        of.of === 'take'
          ? {
              settings: anew(of.take),
              pins: pinsOf(of.take),
              ...{ variations, set, ...from(of.take, 'vary') },
            }
          : of.of === 'sound'
            ? { settings: { ...base, prompt: words }, pins: [{ id: of.sound.id }], variations, set }
            : { settings: base, ...neighbours.choice(), variations, set };
      return notices.attempt(() => jobs.add(request));
    },
    /** The same take once more. */
    again: (take: Take): Promise<void> =>
      ask({ settings: settingsOf(take), pins: pinsOf(take), ...from(take, 'again') }),
    /** The same seed with the library off or, for a take without, on; then both are compared by ear. */
    compare: (take: Take): Promise<void> => {
      const retrieval = take.retrieval === 'none' ? 'both' : 'none';
      const pins = retrieval === 'none' ? [] : pinsOf(take);
      return ask({ settings: { ...settingsOf(take), retrieval }, pins, ...from(take, 'compare') });
    },
    /** The same take with more weight on one of its neighbours. */
    moreLike: (take: Take, neighbour: number): Promise<void> => {
      const pins = pinsOf(take).map((pin) =>
        pin.id === neighbour ? { ...pin, weight: Math.min(100, 2.5 * (pin.weight ?? 1)) } : pin,
      );
      return ask({ settings: settingsOf(take), pins, ...from(take, 'branch') });
    },
    /** Its options, seed and neighbours into the prompt bar, to change one thing. */
    branch(take: Take): void {
      prompt.adopt(take, { seed: true });
      neighbours.adopt(take);
      studio.view = 'studio';
      studio.commands.run('prompt.focus');
      notices.note('Its recipe is in the prompt bar: change one thing and generate');
    },
    /** Changes what is said about sounds, so that it can be undone. */
    async edit(ids: readonly number[], change: SoundEdit, what: string): Promise<void> {
      await notices.attempt(async () => {
        let { undo: back } = await call('library.edit', { ids: [...ids], edit: change });
        const turn = async (): Promise<void> => {
          back = (await call('library.undo', { undo: back })).undo;
        };
        undo.add({
          what: ids.length === 1 ? what : `${what} of ${count(ids.length, 'sound')}`,
          undo: async () => {
            await turn();
            return turn;
          },
        });
      });
    },
    /** Puts sounds into a collection, which is made if need be, or takes them out of it; so that it can be undone. */
    async collect(name: string, ids: readonly number[], change: 'add' | 'remove'): Promise<void> {
      const { browser } = studio;
      const act = (to: typeof change, some: readonly number[]) =>
        call(`collections.${to}`, { name, ids: [...some] });
      await notices.attempt(async () => {
        const wanted = name.trim().toLowerCase();
        if (!browser.collections.some((each) => each.name.toLowerCase() === wanted))
          await call('collections.create', { name });
        const { changedIds } = await act(change, ids);
        const words = count(changedIds.length, 'sound');
        notices.note(change === 'add' ? `${words} added to ${name}` : `${words} taken out of ${name}`);
        if (changedIds.length === 0) return;
        undo.add({
          what: `${change === 'add' ? 'add to' : 'take out of'} ${name}`,
          undo: async () => {
            await act(change === 'add' ? 'remove' : 'add', changedIds);
            return () => act(change, changedIds);
          },
        });
      });
    },
    /** Copies sounds into the folder that a DAW watches, which is asked for once. */
    async send(refs: readonly AudioRef[]): Promise<void> {
      await notices.attempt(async () => {
        if (settings.now.sendFolder === '') {
          const folder = await call('dialog.folder', { title: 'Folder that your DAW watches' });
          if (folder === null) return;
          await settings.change({ sendFolder: folder });
        }
        const paths = await call('files.send', { refs: [...refs] });
        notices.note(`Sent to ${paths[0] ?? ''}`);
      });
    },
    /** As files, for another program. */
    async copy(refs: readonly AudioRef[]): Promise<void> {
      await notices.attempt(async () => {
        await call('files.copy', { refs: [...refs] });
        notices.note('Copied: paste it into any program that takes files');
      });
    },
    /** Opens the edit of a take or sound. */
    openEditor(ref: AudioRef | null): void {
      const [kind, id] = ref?.split('/') ?? [];
      if (kind !== 'take' && kind !== 'sound') return;
      studio.view = 'editor';
      void studio.editor.open(`${kind}/${Number(id)}`);
    },
    /** Lists what sounds like it, in the library's panel. */
    findLike(ref: AudioRef, name: string): void {
      Object.assign(studio.library, { like: { ref, name }, more: [], less: [] });
      studio.browser.only = null;
    },
  };
}
