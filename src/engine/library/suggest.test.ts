import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { ucsPrompts } from '#core/text/ucsPrompts.ts';
import { meanDirection } from '#core/retrieval/suggestCategory.ts';
import { openCatalogue } from '../catalogue/open.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { SoundDraft } from '../catalogue/sound.ts';
import type { Source } from '../catalogue/sources.ts';
import { suggestForSource } from './suggest.ts';
import { acceptSuggestions } from './suggestAccept.ts';
import { addSource } from './sources.ts';
import { fakeAnalyser, hashVector, putSound, temporaryFolder, writeTone } from './testing/fakeLibrary.ts';

let folder: ReturnType<typeof temporaryFolder>;
let catalogue: Catalogue;
let source: Source;
let analyser: ReturnType<typeof fakeAnalyser>;
beforeEach(() => {
  folder = temporaryFolder();
  catalogue = openCatalogue(join(folder.path, 'catalogue.sqlite'));
  source = catalogue.sources.put(folder.path, 'folder', null);
  analyser = fakeAnalyser('m');
});
afterEach(() => {
  catalogue.close();
  folder.remove();
});

/** What a category sounds like to the fake. */
const likeName = (catId: string) => meanDirection(ucsPrompts(catId).map(hashVector));
const add = (name: string, vector: Float32Array, words: Partial<SoundDraft> = {}, model = 'm') => {
  const id = putSound(catalogue, source.id, name, { caption: '', captionFrom: 'none', tags: [], ...words });
  catalogue.write(() => catalogue.embeddings.put(id, 'audio', model, catalogue.bumpEpoch(), vector));
  return id;
};
const suggest = (signal?: AbortSignal) => suggestForSource({ catalogue, analyser, signal }, source);
const first = (id: number, model = 'm') => catalogue.suggestions.get(id, model).categories[0]?.catId;

describe('suggestForSource', () => {
  it('suggests by the names of the categories, and decides nothing', async () => {
    const id = add('001.wav', likeName('DOORWood'));
    await suggest();
    const { categories, tags } = catalogue.suggestions.get(id, 'm');
    expect(categories).toHaveLength(5);
    expect(categories[0]?.catId).toBe('DOORWood');
    expect(categories.map(({ confidence }) => confidence)).toEqual(
      categories.map(({ confidence }) => confidence).sort((a, b) => b - a),
    );
    expect(tags.length).toBeGreaterThan(0);
    expect(catalogue.sounds.byId(id)).toMatchObject({ catId: null, tags: [] });
    expect(catalogue.words.search('doors', 10)).toEqual([]);
  });

  it('goes by labelled sounds that sound alike', async () => {
    const odd = hashVector('something else');
    add('labelled.wav', odd, { catId: 'THUN' });
    const id = add('001.wav', odd);
    await suggest();
    expect(first(id)).toBe('THUN');
  });

  it('leaves alone what is known, what the user left without a category, and events', async () => {
    const vector = likeName('DOORWood');
    const ids = [
      add('known.wav', vector, { catId: 'THUN' }),
      add('decided.wav', vector, { decided: ['catId'] }),
      add('event.wav', vector, { part: 'event', start: 0.1, end: 0.2 }),
    ];
    await suggest();
    for (const id of ids) expect(catalogue.suggestions.get(id, 'm')).toEqual({ categories: [], tags: [] });
  });

  it('suggests tags only where there is no text', async () => {
    const silent = add('001.wav', likeName('DOORWood'));
    const captioned = add('slam.wav', likeName('DOORWood'), { caption: 'door slam', captionFrom: 'name' });
    await suggest();
    expect(catalogue.suggestions.get(silent, 'm').tags).not.toEqual([]);
    expect(catalogue.suggestions.get(captioned, 'm')).toMatchObject({ tags: [] });
    expect(first(captioned)).toBe('DOORWood');
  });

  it('embeds the names once for a model, and makes anew what has other embeddings or another model', async () => {
    const id = add('001.wav', likeName('DOORWood'));
    await suggest();
    const asked = analyser.texts.length;
    expect(asked).toBeGreaterThan(753);
    await suggest();
    catalogue.write(() =>
      catalogue.embeddings.put(id, 'audio', 'm', catalogue.bumpEpoch(), likeName('THUN')),
    );
    await suggest();
    expect(analyser.texts).toHaveLength(asked);
    expect(first(id)).toBe('THUN');

    catalogue.write(() =>
      catalogue.embeddings.put(id, 'audio', 'n', catalogue.bumpEpoch(), likeName('RAIN')),
    );
    analyser = fakeAnalyser('n');
    expect(first(id, 'n')).toBeUndefined();
    await suggest();
    expect(analyser.texts).toHaveLength(asked);
    expect(first(id, 'n')).toBeDefined();
  });

  it('makes all anew when the labelled sounds have changed by more than a tenth', async () => {
    const [one, other] = [hashVector('one'), hashVector('other')];
    catalogue.write(() => {
      for (let n = 0; n < 20; n++) add(`far ${n}.wav`, one, { catId: 'THUN' });
    });
    const id = add('001.wav', other);
    await suggest();
    const before = first(id);
    const label = (count: number, from: number) => {
      for (let n = from; n < from + count; n++) add(`near ${n}.wav`, other, { catId: 'WINDGust' });
    };
    label(2, 0);
    await suggest();
    expect(first(id)).toBe(before);
    label(2, 2);
    await suggest();
    expect(first(id)).toBe('WINDGust');
  });

  it('goes on where it was stopped', async () => {
    catalogue.write(() => {
      for (let n = 0; n < 300; n++) add(`${n}.wav`, hashVector(String(n)));
    });
    const controller = new AbortController();
    const write = catalogue.write.bind(catalogue);
    let writes = 0;
    const watched = {
      ...catalogue,
      write: <T>(body: () => T): T => {
        const result = write(body);
        // The round and the names come first, then the first batch.
        if (++writes === 3) controller.abort();
        return result;
      },
    };
    await expect(
      suggestForSource({ catalogue: watched, analyser, signal: controller.signal }, source),
    ).rejects.toMatchObject({ kind: 'cancelled' });
    const made = catalogue.suggestions.surest('m', 0);
    expect(made).toHaveLength(256);
    await suggest();
    expect(catalogue.suggestions.surest('m', 0)).toHaveLength(300);
  });

  it('is the last stage of a scan', async () => {
    const root = join(folder.path, 'sounds');
    writeTone(join(root, '001.wav'), 4);
    await addSource({ catalogue, analyser }, root);
    const [sound] = catalogue.sounds.list();
    expect(catalogue.suggestions.get(sound?.id ?? 0, 'm').categories).toHaveLength(5);
  });
});

describe('acceptSuggestions', () => {
  it('makes the surest the user decision, which a rescan leaves', async () => {
    const root = join(folder.path, 'sounds');
    writeTone(join(root, '001.wav'), 4);
    await addSource({ catalogue, analyser }, root);
    const id = catalogue.sounds.list()[0]?.id ?? 0;
    const suggested = catalogue.suggestions.get(id, 'm');
    const { accepted, skipped } = acceptSuggestions(catalogue, 'm', { ids: [id], atLeast: 0 });
    const catId = suggested.categories[0]?.catId;
    expect({ accepted, skipped }).toMatchObject({ accepted: [{ id, catId }], skipped: [] });
    const tags = suggested.tags.map(({ tag }) => tag);
    expect(catalogue.sounds.byId(id)).toMatchObject({ catId, tags });
    expect(catalogue.sounds.byId(id)?.decided).toContain('catId');
    expect(catalogue.suggestions.get(id, 'm').categories).toEqual([]);

    writeTone(join(root, '001.wav'), 5);
    await addSource({ catalogue, analyser }, root);
    expect(catalogue.sounds.byId(id)).toMatchObject({ catId, tags });
  });

  it('takes no more than what is sure enough, and all of that without ids', async () => {
    const sure = add('sure.wav', hashVector('a'));
    const unsure = add('unsure.wav', hashVector('b'));
    add('label.wav', hashVector('a'), { catId: 'THUN' });
    await suggest();
    const atLeast = catalogue.suggestions.get(sure, 'm').categories[0]?.confidence ?? 1;
    expect(catalogue.suggestions.get(unsure, 'm').categories[0]?.confidence).toBeLessThan(atLeast);
    expect(acceptSuggestions(catalogue, 'm', { ids: [unsure], atLeast })).toMatchObject({
      accepted: [],
      skipped: [unsure],
    });
    const { accepted } = acceptSuggestions(catalogue, 'm', { atLeast });
    expect(accepted.map(({ id }) => id)).toEqual([sure]);
    expect(catalogue.sounds.byId(unsure)?.catId).toBeNull();
  });

  it('writes nothing when one of the ids is wrong', async () => {
    const id = add('001.wav', hashVector('a'));
    await suggest();
    expect(() => acceptSuggestions(catalogue, 'm', { ids: [id, 9999], atLeast: 0 })).toThrow(
      expect.objectContaining({ kind: 'not-found' }) as Error,
    );
    expect(catalogue.sounds.byId(id)).toMatchObject({ catId: null, decided: [] });
  });

  it('takes the events of the file along', async () => {
    const id = add('long.wav', likeName('THUN'));
    const { fileId } = catalogue.sounds.byId(id) ?? { fileId: 0 };
    const whole = catalogue.sounds.byId(id);
    if (!whole) throw new Error('the sound is gone');
    const event = catalogue.sounds.put(fileId, { ...whole, part: 'event', start: 0.2, end: 0.4 });
    await suggest();
    acceptSuggestions(catalogue, 'm', { ids: [id], atLeast: 0 });
    expect(catalogue.sounds.byId(event)?.catId).toBe('THUN');
  });
});
