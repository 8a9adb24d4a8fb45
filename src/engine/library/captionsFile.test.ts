import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { RefoleyError } from '#core/errors.ts';
import { readCaptionsFile } from './captionsFile.ts';
import { temporaryFolder } from './testing/fakeLibrary.ts';

const folder = temporaryFolder();
afterAll(() => {
  folder.remove();
});

/** A folder with these files, and the captions in it. */
async function captions(name: string, content: string | Uint8Array, files: readonly string[] = []) {
  const root = join(folder.path, String(Math.random()));
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), '');
  }
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, name), content);
  const facts = await readCaptionsFile(join(root, name), root);
  return Object.fromEntries([...facts].map(([file, said]) => [file, [said.caption, ...said.otherCaptions]]));
}

describe('readCaptionsFile', () => {
  it.each([
    ['commas', 'a.csv', 'file,caption,licence\n"x/gate.wav","A gate, slowly",CC0\n'],
    ['semicolons', 'a.csv', '\ufefffile;caption;extra\r\nx/gate.wav;A gate, slowly;7\r\n\r\n'],
    [
      'tabs and bare quotation marks',
      'a.tsv',
      'Caption\tFile\nA gate, slowly\tx\\gate.wav\nsays "no"\ty.wav',
    ],
    ['JSON', 'a.json', '[{"file":"./x/gate.wav","caption":"A gate, slowly","tags":[1]}]'],
    ['JSON with data', 'a.json', '{"num":1,\n"data":[{"path":"x/gate.wav","captions":["A gate, slowly"]}]}'],
    ['JSON by file', 'a.json', '{"x/gate.wav": "A gate, slowly", "y.wav": null}'],
    [
      'JSON Lines',
      'a.jsonl',
      '{"file":"x/gate.wav","caption":"A gate, slowly"}\n\n{"file":"y.wav","caption":""}\n',
    ],
  ])('reads %s', async (_, name, content) => {
    expect(await captions(name, content)).toMatchObject({ 'x/gate.wav': ['A gate, slowly'] });
  });

  it('reads what a spreadsheet writes as Unicode text', async () => {
    const utf16 = Uint8Array.from(Buffer.from('\ufefffile\tcaption\r\ngate.wav\tTür ☃', 'utf16le'));
    expect(await captions('a.txt', utf16)).toEqual({ 'gate.wav': ['Tür ☃'] });
  });

  it('reads licence, author and CatID; the last row for a file counts', async () => {
    const root = folder.path;
    const path = join(root, 'facts.csv');
    writeFileSync(
      path,
      'file,caption,license,author,catId\na.wav,one,CC0,,DOORXyzzy\na.wav,two,,Ann,DOORWood\n,,,,\n',
    );
    expect(await readCaptionsFile(path, root)).toEqual(
      new Map([
        [
          'a.wav',
          { caption: 'two', otherCaptions: [], licence: undefined, author: 'Ann', catId: 'DOORWood' },
        ],
      ]),
    );
  });

  it('reads Clotho: the first caption, and the others as other phrasings', async () => {
    const csv =
      'file_name,caption_1,caption_2,caption_3,caption_4,caption_5\nGate 1.wav,"A gate, slowly",b,c,b,\nnot here.wav,x,,,,\n';
    expect(await captions('clotho.csv', csv, ['development/Gate 1.wav'])).toEqual({
      'development/Gate 1.wav': ['A gate, slowly', 'b', 'c'],
      'not here.wav': ['x'],
    });
  });

  it('reads AudioCaps: files named by video, with or without Y and start', async () => {
    const rows = [
      '1,abcdefghijk,30,a',
      '2,-bcdefghij_,0,b',
      '3,Ybcdefghijk,10,c',
      '4,split_clip1,20,d',
      '5,split_clip1,40,e',
      '6,nofile_here,1,f',
      '7,abcdefghijk,30,another a',
    ];
    const files = [
      'abcdefghijk.wav',
      'sub/Y-bcdefghij_.wav',
      'Ybcdefghijk_10.flac',
      'Ysplit_clip1_20.wav',
      'split_clip1_40000_50000.wav',
      'unrelated name.wav',
    ];
    expect(
      await captions('caps.csv', `audiocap_id,youtube_id,start_time,caption\n${rows.join('\n')}`, files),
    ).toEqual({
      'abcdefghijk.wav': ['a', 'another a'],
      'sub/Y-bcdefghij_.wav': ['b'],
      'Ybcdefghijk_10.flac': ['c'],
      'Ysplit_clip1_20.wav': ['d'],
      'split_clip1_40000_50000.wav': ['e'],
    });
  });

  it.each([
    ['unknown columns', 'a.csv', 'name,words\na,b', /line 1.*"file" and "caption"/],
    ['nothing', 'a.csv', '', /a\.csv/],
    ['a caption without a file', 'a.csv', 'file,caption\na.wav,x\n,lost words', /line 3.*no file/],
    ['an open quotation mark', 'a.csv', 'file,caption\na.wav,"x\n', /line 2/],
    [
      'a start that is no number',
      'a.csv',
      'youtube_id,start_time,caption\nabcdefghijk,soon,x',
      /line 2.*"start_time"/,
    ],
    [
      'a caption that is no text',
      'a.jsonl',
      '{"file":"a.wav","caption":"x"}\n{"file":"b.wav","caption":7}',
      /line 2.*"caption"/,
    ],
    ['broken JSON', 'a.json', '[\n{"file":"a.wav",\n"caption":}\n]', /line 3/],
    ['broken JSON Lines', 'a.jsonl', '{"file":"a.wav","caption":"x"}\n{"file"\n', /line 2/],
    ['an entry that is no row', 'a.json', '[{"file":"a.wav","caption":"x"}, 7]', /entry 2/],
  ])('names the place of %s', async (_, name, content, message) => {
    const reading = captions(name, content);
    if (content === '') expect(await reading).toEqual({});
    else {
      await expect(reading).rejects.toThrow(message);
      await expect(reading).rejects.toMatchObject({ kind: 'input' });
    }
  });

  it('gives facts or an error of its own for whatever a file holds', async () => {
    const piece = fc.constantFrom(
      'file',
      'caption',
      ',',
      ';',
      '\t',
      '\n',
      '"',
      '{',
      '}',
      '[',
      ']',
      ':',
      'youtube_id',
      'é',
      '\0',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        const path = join(folder.path, 'any.csv');
        writeFileSync(path, pieces.join(''));
        try {
          for (const { caption } of (await readCaptionsFile(path, folder.path)).values()) {
            if (caption !== undefined) expect(caption).toBe(caption.trim());
          }
        } catch (cause) {
          expect(cause).toBeInstanceOf(RefoleyError);
        }
      }),
      { numRuns: 60 },
    );
  });
});
