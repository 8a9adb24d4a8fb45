import { describe, expect, it } from 'vitest';
import { isCatId, ucsByCategory, ucsEntries, ucsEntry, ucsWords } from './ucs.ts';
import { categoriesNamed, categoryCatIds } from './ucsSynonyms.ts';

describe('the UCS table', () => {
  it('has the 753 CatIDs and 82 categories of UCS 8.2.1', () => {
    expect(ucsEntries().size).toBe(753);
    expect(ucsByCategory().size).toBe(82);
    expect([...ucsByCategory().values()].flat()).toHaveLength(753);
    const names = [...ucsEntries().values()].map(({ category, subcategory }) => `${category}-${subcategory}`);
    expect(new Set(names).size).toBe(753);
  });

  it.each([
    ['DOORWood', 'DOORS', 'WOOD', 'DOOR'],
    ['AIRBlow', 'AIR', 'BLOW', 'AIR'],
    ['WHSH', 'SWOOSHES', 'WHOOSH', 'WHSH'],
    ['THUN', 'WEATHER', 'THUNDER', 'THUN'],
    ['WTF', 'ARCHIVED', 'WTF', 'WTF'],
    ['AMBRest', 'AMBIENCE', 'RESTAURANT & BAR', 'AMB'],
  ])('%s is %s-%s', (catId, category, subcategory, catShort) => {
    expect(ucsEntry(catId)).toMatchObject({ catId, category, subcategory, catShort });
  });

  it('knows CatIDs by their exact spelling', () => {
    for (const { catId, catShort } of ucsEntries().values()) {
      expect(isCatId(catId)).toBe(true);
      expect(catId.startsWith(catShort)).toBe(true);
    }
    for (const word of ['doorwood', 'DOORXyzzy', '', 'constructor', 'AIR']) expect(isCatId(word)).toBe(false);
  });

  it('has clean words: lower case, no leftovers of a spreadsheet', () => {
    for (const { synonyms, explanation, category, subcategory } of ucsEntries().values()) {
      for (const synonym of synonyms)
        expect(synonym).toMatch(/^[\p{Ll}\p{N}](?:[\p{Ll}\p{N}' &.-]*[\p{Ll}\p{N}'])?$/u);
      expect(explanation).not.toMatch(/[\n√‚¬]|not fitting another category in this list\./);
      expect(category + subcategory).toMatch(/^[A-Z0-9 &'/-]+$/);
    }
  });

  it('gives the words of a CatID for the search, own names first', () => {
    const words = ucsWords('VEHFrght');
    expect(words.slice(0, 2)).toEqual(['vehicles', 'freight']);
    expect(words).toContain('lorry');
    expect(new Set(words).size).toBe(words.length);
    expect(ucsWords('AIRMisc')).not.toContain('misc');
    expect(ucsWords('nothing')).toEqual([]);
  });
});

describe('categoriesNamed', () => {
  it.each([
    [['lorry'], ['VEHFrght']],
    [['Lorries'], []],
    [['ambulance'], ['AMBHosp', 'VEHEmrg', 'VEHSirn']],
    [['Ambulances'], ['AMBHosp', 'VEHEmrg', 'VEHSirn']],
    [['room', 'tone'], ['AMBRoom']],
    [['QUINCEANERA'], ['AMBCele']],
    [['lorr'], []],
    [['truck'], []],
    [['car'], []],
    [[], []],
    [['__proto__'], []],
  ])('%j names %j', (words, catIds) => {
    expect([...categoriesNamed(words)].sort()).toEqual([...catIds].sort());
  });

  it('never names more than three', () => {
    const most = [...ucsEntries().keys()]
      .flatMap((catId) => ucsWords(catId))
      .map((word) => categoriesNamed([word]).length);
    expect(Math.max(...most)).toBe(3);
  });
});

describe('categoryCatIds', () => {
  const ofCategory = (category: string) =>
    ucsByCategory()
      .get(category)
      ?.map(({ catId }) => catId);

  it.each(['doors', 'Door', 'DOORS'])('%s is the category', (value) => {
    expect(categoryCatIds(value)).toEqual(ofCategory('DOORS'));
  });

  it('takes a category before the CatID of the same name', () => {
    expect(categoryCatIds('rain')).toEqual(ofCategory('RAIN'));
    expect(categoryCatIds('food & drink')).toEqual(ofCategory('FOOD & DRINK'));
  });

  it.each([
    ['doorwood', ['DOORWood']],
    ['doors-wood', ['DOORWood']],
    ['DOORS/WOOD', ['DOORWood']],
    ['whsh', ['WHSH']],
    ['thunder', ['THUN']],
    ['gibberish', []],
    ['', []],
  ])('%s is %j', (value, catIds) => {
    expect(categoryCatIds(value)).toEqual(catIds);
  });

  it('takes CatShort for all that begin with it', () => {
    expect(categoryCatIds('veh')).toEqual(ofCategory('VEHICLES'));
  });
});
