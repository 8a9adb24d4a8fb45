import { describe, expect, it } from 'vitest';
import { factsOf } from './factsOf.ts';

const facts = (fields: Readonly<Record<string, string>>) => factsOf(new Map(Object.entries(fields)));

describe('factsOf', () => {
  it('passes over what is generic to what tells something', () => {
    expect(
      facts({
        'ID3/COMM': 'Encoded by LAME',
        'ID3/TIT2': 'Wooden gate',
        'INFO/ICMT': 'Audio 1',
        'INFO/INAM': 'Track 01',
      }).descriptions,
    ).toEqual({ tag: 'Wooden gate' });
  });

  it('takes terms before who holds the rights, wherever they stand', () => {
    expect(facts({ 'INFO/ICOP': '2020 Ann', 'ID3/TXXX:License': 'CC0' }).licence).toBe('CC0');
    expect(facts({ 'INFO/ICOP': '2020 Ann' }).licence).toBe('2020 Ann');
  });

  it('reads the same tag from every kind of block, and every one of several', () => {
    for (const block of ['ID3/TXXX:', 'Vorbis/', 'MP4/----:com.apple.iTunes:', 'APE/']) {
      expect(
        facts({ [`${block}CatID`]: 'DOORWood', [`${block}Keywords`]: 'a', [`${block}Keywords[2]`]: 'b;A' }),
      ).toMatchObject({
        catId: 'DOORWood',
        keywords: ['a', 'b'],
      });
    }
  });
});
