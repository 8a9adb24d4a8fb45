import { fxNameOf } from '#core/export/ucsName.ts';
import { parseUcsName } from '#core/text/soundName.ts';
import { isCatId } from '#core/text/ucs.ts';
import type { Take } from '#shared/take.ts';
import { call } from '../bridge.ts';
import { count } from '../format.ts';
import { LongCall } from './longCall.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { SettingsState } from './settings.svelte.ts';

/** Takes that go out together, under one name. */
export interface SetToExport {
  readonly takes: readonly number[];
  readonly catId: string;
  readonly fxName: string;
}

/** The export of sets to a folder that the user chooses. */
export class SetExport {
  readonly work = new LongCall();
  /** Bring all takes of a set to one level. */
  match = $state(true);
  readonly #notices: Notices;
  readonly #settings: SettingsState;

  constructor(notices: Notices, settings: SettingsState) {
    this.#notices = notices;
    this.#settings = settings;
  }

  /** Asks for a folder and writes the sets into it. @returns paths of the files; undefined when it came to nothing */
  async export(sets: readonly SetToExport[]): Promise<readonly string[] | undefined> {
    return this.#notices.attempt(async () => {
      const folder = await call('dialog.folder', { title: 'Folder for the set' });
      if (folder === null) return undefined;
      const { creatorId, sourceId } = this.#settings.now;
      const written: string[] = [];
      for (const { takes, ...naming } of sets) {
        if (takes.length === 0) continue;
        const request = { takes: [...takes], ...naming, folder, creatorId, sourceId, match: this.match };
        const files = await this.work.run('sets.export', request);
        written.push(...files.map(({ path }) => path));
      }
      this.#notices.note(`${count(written.length, 'file')} written to ${folder}`);
      return written;
    });
  }
}

/** The likeliest CatID of a text; '' where none is near. */
export async function suggestCatIds(text: string): Promise<readonly string[]> {
  return text.trim() === '' ? [] : call('categories.suggest', { text }).catch(() => []);
}

/** The name of a set says what its files will be called: `CatID_FXName`. */
export function setName(catId: string, fxName: string): string {
  return catId === '' ? fxName : `${catId}_${fxName}`;
}

/** Back from the name of a set; `catId` is '' where it has none. */
export function readSetName(set: string): { readonly catId: string; readonly fxName: string } {
  const named = parseUcsName(set, isCatId);
  return named ? { catId: named.catId, fxName: named.fxName } : { catId: '', fxName: fxNameOf(set) };
}

/** By when they were made, the oldest first: the order of their numbers. */
export function inOrder(takes: readonly Take[]): readonly Take[] {
  return takes.toSorted((a, b) => a.madeAt - b.madeAt || a.id - b.id);
}
