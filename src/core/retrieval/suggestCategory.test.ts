import { describe, expect, it } from 'vitest';
import { ucsPrompts } from '../text/ucsPrompts.ts';
import { meanDirection, suggestCategories } from './suggestCategory.ts';
import type { CategoryPrompt } from './suggestCategory.ts';

const calibration = { textToText: { mean: 0.1, std: 0.1 }, textToAudio: { mean: 0.02, std: 0.1 } };
const unit = (...values: number[]) => meanDirection([Float32Array.from(values)]);
const prompts: CategoryPrompt[] = [
  { catId: 'DOORWood', vector: unit(1, 0, 0) },
  { catId: 'DOORMetl', vector: unit(1, 1, 0) },
  { catId: 'THUN', vector: unit(0, 0, 1) },
  { catId: 'WTF', vector: unit(1, 0, 0) },
];
const suggest = (audio: Float32Array, ...neighbours: [string, number][]) =>
  suggestCategories(
    { audio },
    prompts,
    calibration,
    neighbours.map(([catId, similarity]) => ({ catId, similarity })),
  );

describe('suggestCategories', () => {
  it('goes by the names when nothing near has a CatID', () => {
    const { catIds, tags } = suggest(unit(1, 0.1, 0));
    expect(catIds.map(({ name }) => name)).toEqual(['DOORWood', 'DOORMetl', 'THUN']);
    expect(catIds.reduce((sum, { confidence }) => sum + confidence, 0)).toBeCloseTo(1, 9);
    expect(tags[0]).toMatchObject({ name: 'doors' });
    expect(tags[0]?.confidence).toBeGreaterThan(0.99);
  });

  it('lets a near sound outvote the names, a far one not', () => {
    expect(suggest(unit(1, 0, 0), ['THUN', 0.95]).catIds[0]?.name).toBe('THUN');
    expect(suggest(unit(1, 0, 0), ['THUN', 0.3]).catIds[0]?.name).toBe('DOORWood');
    expect(suggest(unit(1, 0, 0), ['nonsense', 1]).catIds.map(({ name }) => name)).not.toContain('nonsense');
  });

  it('is the surer the more neighbours agree', () => {
    const sure = (...neighbours: [string, number][]) => suggest(unit(0, 1, 0), ...neighbours).catIds[0];
    const [one, three, torn] = [
      sure(['DOORMetl', 0.8]),
      sure(['DOORMetl', 0.8], ['DOORMetl', 0.8], ['DOORMetl', 0.7]),
      sure(['DOORMetl', 0.8], ['THUN', 0.8]),
    ];
    expect(three?.confidence).toBeGreaterThan(one?.confidence ?? 1);
    expect(torn?.confidence).toBeLessThan(one?.confidence ?? 0);
  });

  it('hears only the nearest twenty', () => {
    const far = Array.from({ length: 500 }, (): [string, number] => ['THUN', 0.5]);
    const near = Array.from({ length: 20 }, (): [string, number] => ['DOORMetl', 0.51]);
    expect(suggest(unit(0, 1, 0), ...far, ...near).catIds[0]?.name).toBe('DOORMetl');
  });

  it('suggests what the user files a sound under, though its name cannot be heard', () => {
    expect(suggest(unit(1, 0, 0), ['FOLYFeet', 1]).catIds[0]?.name).toBe('FOLYFeet');
  });

  it('goes by the caption before the audio, and is surer where they agree', () => {
    const by = (audio: Float32Array, caption?: Float32Array) =>
      suggestCategories({ audio, caption }, prompts, calibration, [{ catId: 'DOORMetl', similarity: 0.4 }])
        .catIds[0];
    expect(by(unit(1, 0, 0.2), unit(0, 0, 1))?.name).toBe('THUN');
    const agreed = by(unit(0, 0, 1), unit(0, 0.5, 1));
    expect(agreed?.name).toBe('THUN');
    expect(agreed?.confidence).toBeGreaterThan(by(unit(1, 0, 0), unit(0, 0.5, 1))?.confidence ?? 1);
  });

  it('has nothing to say without names and neighbours', () => {
    expect(suggestCategories({ audio: unit(1, 0, 0) }, [], calibration, [])).toEqual({
      catIds: [],
      tags: [],
    });
  });
});

describe('meanDirection', () => {
  it('is a unit vector in the middle', () => {
    const middle = meanDirection([Float32Array.of(1, 0), Float32Array.of(0, 1)]);
    expect([...middle].map((value) => value ** 2)).toEqual([expect.closeTo(0.5, 6), expect.closeTo(0.5, 6)]);
    expect(meanDirection([])).toHaveLength(0);
  });
});

describe('ucsPrompts', () => {
  it('names a category as captions do', () => {
    expect(ucsPrompts('DOORWood').slice(0, 2)).toEqual(['wood doors', 'doors, wood']);
    expect(ucsPrompts('AIRMisc')).toEqual(['air']);
    expect(ucsPrompts('nothing')).toEqual([]);
  });
});
