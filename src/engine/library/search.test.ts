import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { cosine } from '#core/retrieval/cosine.ts';
import { licenceKey } from '#core/text/searchFilter.ts';
import type { Condition, NumberRange } from '#core/text/searchFilter.ts';
import { parseSearchQuery } from '#core/text/searchQuery.ts';
import type { SearchMode } from '#core/text/searchQuery.ts';
import type { StoredSound } from '../catalogue/sound.ts';
import { every } from '../catalogue/soundFilter.ts';
import { conditionOf, searchLibrary, similarSounds } from './search.ts';
import type { SearchPage } from './search.ts';
import { hashVector } from './testing/fakeLibrary.ts';
import { searchableLibrary } from './testing/searchableLibrary.ts';

const library = searchableLibrary(900);
/** A graph that gives up early. */
const shortsighted = searchableLibrary(900, 300);
const { catalogue, calibration, model } = library;
const sounds = catalogue.sounds.list();
afterAll(() => {
  library.close();
  shortsighted.close();
});

const COLLECTIONS: Readonly<Record<string, number>> = { 'rain, heavy': 17, ärger: 19 };

/** Whether a sound passes, worked out from what is shown of it: no SQL. */
function passes(sound: StoredSound, condition: Condition): boolean {
  return holds(sound, condition) !== condition.negated;
}

function holds(sound: StoredSound, condition: Condition): boolean {
  switch (condition.field) {
    case 'category':
      return condition.catIds.includes(sound.catId ?? '');
    case 'source':
      return condition.values.some((value) => value === 'boom' && sound.path.includes('Boom Library'));
    case 'tag':
      return sound.tags.some((tag) => condition.values.includes(tag.toLowerCase()));
    case 'collection':
      return condition.values.some((name) => sound.id % (COLLECTIONS[name] ?? Infinity) === 0);
    case 'licence':
      return condition.values.some((value) => licenceKey(sound.licence).startsWith(value));
    case 'captioned':
      return sound.caption !== '';
    case 'unreadable':
      return sound.problem !== null;
    case 'rating':
    case 'seconds':
    case 'sampleRate':
    case 'channels':
      return within(sound[condition.field], condition.range);
    case 'bits':
      return sound.bits !== null && within(sound.bits, condition.range);
    default:
      return sound[condition.field];
  }
}

function within(value: number, { atLeast, moreThan, atMost, lessThan }: NumberRange): boolean {
  return (
    (atLeast === undefined || value >= atLeast) &&
    (moreThan === undefined || value > moreThan) &&
    (atMost === undefined || value <= atMost) &&
    (lessThan === undefined || value < lessThan)
  );
}

function passing(text: string): StoredSound[] {
  const { filter } = parseSearchQuery(text);
  const asked = filter.some(({ field }) => field === 'missing');
  return sounds.filter(
    (sound) => (asked || !sound.missing) && filter.every((condition) => passes(sound, condition)),
  );
}

/** Ids of the best part of each file, most similar first, by comparing with every sound. */
function ranked(text: string, vector: Float32Array, path: 'meaning' | 'audio'): number[] {
  const scored = passing(text)
    .filter(({ stage }) => stage === 'analysed')
    .map((sound) => {
      const caption = path === 'meaning' ? catalogue.embeddings.get(sound.id, 'text', model) : undefined;
      const own = caption ?? catalogue.embeddings.get(sound.id, 'audio', model) ?? new Float32Array();
      const { mean, std } = caption ? calibration.textToText : calibration.textToAudio;
      const similarity = Math.round(cosine(vector, own) * 1e6) / 1e6;
      return { id: sound.id, fileId: sound.fileId, score: (similarity - mean) / std };
    })
    .sort((a, b) => b.score - a.score || a.id - b.id);
  const files = new Set<number>();
  return scored.filter(({ fileId }) => !files.has(fileId) && files.add(fileId)).map(({ id }) => id);
}

const search = (text: string, mode: SearchMode, limit = 20, offset = 0, diverse = false, of = library) =>
  searchLibrary(of, { text, vector: hashVector(text), mode, limit, offset, diverse });
const idsOf = ({ results }: SearchPage) => results.map(({ id }) => id);

const field = fc.constantFrom(
  ...['cat:doors', 'cat:DOORWood,VEHFrght', 'source:boom', 'source:nothing', 'tag:wet', 'tag:"wet hall"'],
  ...[
    'tag:ÖLFASS',
    'tag:50%_dry',
    'tag:"tag 3"',
    'lic:ccby',
    'lic:cc-0',
    'rating:>=4',
    'rating:0',
    'dur:<1s',
  ],
  ...['dur:2-3s', 'rate:96k', 'ch:2', 'bits:24', 'is:fav', 'is:synthetic', 'is:usable', 'is:missing'],
  ...['is:captioned', 'collection:Ärger', 'collection:"rain, heavy"'],
);
const filter = fc
  .array(fc.tuple(fc.boolean(), field), { maxLength: 3 })
  .map((fields) => fields.map(([negated, text]) => (negated ? `-${text}` : text)).join(' '));

describe('filters', () => {
  it('let pass what passes, before anything is ranked: as comparing with every sound', async () => {
    await fc.assert(
      fc.asyncProperty(filter, fc.constantFrom('gate', 'dog bark', 'x'), async (fields, words) => {
        const text = `${words} ${fields}`;
        const expected = ranked(fields, hashVector(text), 'meaning').slice(0, 20);
        expect(idsOf(await search(text, 'meaning'))).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('are right where an index does not reach what passes', async () => {
    const text = 'gate collection:Ärger rating:>=4 is:fav';
    const expected = ranked(text, hashVector(text), 'meaning');
    expect(expected.length).toBeGreaterThan(1);
    expect(expected.length).toBeLessThan(8);
    expect(idsOf(await search(text, 'meaning', 20, 0, false, shortsighted))).toEqual(expected);
    const all = ranked('', hashVector('gate'), 'meaning');
    expect(idsOf(await search('gate', 'meaning', 2000, 0, false, shortsighted))).toEqual(all);
  });

  it('hold among what has the words', async () => {
    await fc.assert(
      fc.asyncProperty(filter, fc.constantFrom('gate', 'rain', 'creak'), async (fields, word) => {
        const here = /is:missing/.test(fields) ? '' : '-is:missing';
        const allowed = new Set(passing(`${fields} ${here}`).map(({ id }) => id));
        const unfiltered = catalogue.words.search(word, 5000, every);
        const found = await search(`${word} ${fields}`, 'words', 5000);
        expect(idsOf(found)).toEqual(unfiltered.filter((id) => allowed.has(id)));
        expect(found.total).toBe(found.results.length);
      }),
      { numRuns: 60 },
    );
  });

  it('alone list what passes, a file once, the best rated first', async () => {
    await fc.assert(
      fc.asyncProperty(filter, fc.constantFrom<SearchMode>('meaning', 'both'), async (fields, mode) => {
        const text = `${fields} rating:>=1`;
        const page = await search(text, mode, 5000);
        const expected = passing(text);
        expect(new Set(page.results.map(({ path }) => path))).toEqual(
          new Set(expected.map(({ path }) => path)),
        );
        expect(page.total).toBe(page.results.length);
        const stars = page.results.map(({ rating }) => rating);
        expect(stars).toEqual([...stars].sort((a, b) => b - a));
        const best = Math.max(0, ...expected.map(({ rating }) => rating));
        expect(stars[0] ?? 0).toBe(best);
        expect(page.results.every(({ matchedBy }) => matchedBy === 'filter')).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('follow what another window of the app writes', async () => {
    const text = 'gate collection:"rain, heavy" rating:5';
    const [first = 0] = idsOf(await search(text, 'meaning'));
    expect(first).toBeGreaterThan(0);
    library.other.exec(`UPDATE sounds SET rating = 4 WHERE id = ${first}`);
    expect(idsOf(await search(text, 'meaning'))).not.toContain(first);
    library.other.exec(`UPDATE sounds SET rating = 5 WHERE id = ${first}`);
    expect(idsOf(await search(text, 'meaning'))[0]).toBe(first);
  });

  it('do not know the length of a file that was not read', async () => {
    const { id } = catalogue.sources.put('/fx/new', 'folder', null);
    const file = catalogue.files.add(id, { relativePath: 'unread.wav', bytes: 1, mtimeMs: 1 });
    const sound = catalogue.sounds.byFile(file);
    expect(sound).toEqual([]);
    const put = catalogue.sounds.put(file, {
      ...{ part: 'file', start: 0, end: null, caption: 'unread thing', captionFrom: 'name', catId: null },
      ...{ tags: [], licence: '', author: '', mayCondition: true, decided: [], label: '', imported: {} },
    });
    expect(idsOf(await search('unread', 'words'))).toEqual([put]);
    expect(idsOf(await search('unread dur:<1s', 'words'))).toEqual([]);
    expect(idsOf(await search('unread ch:<2', 'words'))).toEqual([]);
    catalogue.sources.remove(id);
  });
});

describe('searchLibrary', () => {
  it.each<SearchMode>(['meaning', 'words', 'both'])('never finds what is excluded (%s)', async (mode) => {
    const { results } = await search('gate -slam -"rain dog"', mode, 2000);
    expect(results.length).toBeGreaterThan(20);
    for (const { caption } of results) expect(caption).not.toMatch(/slam|rain dog/);
    // Events go by the words of their file.
    expect(results.some(({ part }) => part === 'event')).toBe(mode !== 'words');
  });

  it.each<SearchMode>(['meaning', 'words', 'both'])(
    'gives the same by pages as at once, and no file twice (%s)',
    async (mode) => {
      const whole = await search('gate rain -dog', mode, 450);
      const leafed: number[] = [];
      for (let offset: number | null = 0; offset !== null && offset < 450;) {
        const page: SearchPage = await search('gate rain -dog', mode, 37, offset);
        expect(page.results.length).toBeLessThanOrEqual(37);
        leafed.push(...idsOf(page));
        offset = page.next;
      }
      expect(leafed.slice(0, 450)).toEqual(idsOf(whole));
      const paths = whole.results.map(({ path }) => path);
      expect(new Set(paths).size).toBe(paths.length);
    },
  );

  it('says how each was found, and where in its file', async () => {
    const byWords = await search('"gate gate"', 'words', 3);
    expect(byWords.results[0]).toMatchObject({ similarity: null, matchedBy: 'words', part: 'file' });
    const { results } = await search('creak', 'meaning', 300);
    const caption = results.find(({ matchedBy }) => matchedBy === 'caption');
    expect(caption?.caption).not.toBe('');
    const event = results.find(({ part }) => part === 'event');
    expect(event).toMatchObject({ matchedBy: 'audio' });
    expect(event?.end).toBeGreaterThan(event?.start ?? Infinity);
    expect(Object.keys(results[0] ?? {})).not.toContain('sha256');
  });

  it('puts first what both rankings know', async () => {
    const asked = sounds.find(
      ({ caption, missing, stage }) => caption !== '' && !missing && stage === 'analysed',
    );
    const text = asked?.caption ?? '';
    expect((await search(text, 'both', 3)).results[0]).toMatchObject({ id: asked?.id, matchedBy: 'caption' });
  });

  it('puts takes of one sound further apart when asked to, by pages too', async () => {
    const plain = idsOf(await search('gate', 'words', 100));
    const diverse = idsOf(await search('gate', 'words', 100, 0, true));
    expect(diverse[0]).toBe(plain[0]);
    expect(diverse).not.toEqual(plain);
    expect([...diverse].sort()).toEqual([...plain].sort());
    const pages = [await search('gate', 'words', 8, 0, true), await search('gate', 'words', 8, 8, true)];
    expect(pages.flatMap(idsOf)).toEqual(diverse.slice(0, 16));
  });
});

describe('similarSounds', () => {
  it('ranks by audio alone what passes, as comparing with every sound', async () => {
    await fc.assert(
      fc.asyncProperty(filter, fc.nat(50), async (fields, seed) => {
        const vector = hashVector(`audio ${seed}`);
        const condition = conditionOf(fields);
        const found = await similarSounds(library, { vector, condition, limit: 15 });
        expect(idsOf(found)).toEqual(ranked(fields, vector, 'audio').slice(0, 15));
      }),
      { numRuns: 40 },
    );
  });

  it('lists the parts of a file when asked to', async () => {
    const event = sounds.find(
      ({ part, missing, stage }) => part === 'event' && !missing && stage === 'analysed',
    );
    const vector = catalogue.embeddings.get(event?.id ?? 0, 'audio', model) ?? new Float32Array();
    const condition = conditionOf('');
    const once = await similarSounds(library, { vector, condition, limit: 2000 });
    expect(once.results[0]).toMatchObject({ id: event?.id, similarity: 1 });
    expect(once.results.filter(({ path }) => path === event?.path)).toHaveLength(1);
    const all = await similarSounds(library, { vector, condition, limit: 2000, parts: true });
    expect(all.results.filter(({ path }) => path === event?.path)).toHaveLength(4);
  });
});
