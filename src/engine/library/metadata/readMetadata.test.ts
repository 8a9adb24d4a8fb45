import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeBext } from '#core/audio/bext.ts';
import { encodeUtf8 } from '#core/audio/encoding.ts';
import { encodeInfo } from '#core/audio/info.ts';
import { writeIxml } from '#core/audio/ixml.ts';
import { encodeSampler } from '#core/audio/loops.ts';
import { encodeMarkers } from '#core/audio/markers.ts';
import { afterId3 } from '#core/audio/mp3Length.ts';
import { byteSource } from '#core/audio/riff.ts';
import { writeRiff } from '#core/audio/riffWrite.ts';
import { writeSampleFormat } from '#core/audio/sampleFormat.ts';
import { temporaryFolder } from '../testing/fakeLibrary.ts';
import { readMetadata } from './readMetadata.ts';

const folder = temporaryFolder();
afterAll(() => {
  folder.remove();
});
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const FIXTURES = [
  'tagged.flac',
  'tagged.ogg',
  'tagged.opus',
  'tagged.mp3',
  'tagged.m4a',
  'vbr.mp3',
  'plain.mp3',
];

function read(name: string, bytes: Uint8Array) {
  const path = join(folder.path, name);
  writeFileSync(path, bytes);
  return readMetadata(path);
}

/** One second of 8 kHz, 16 bits, mono. */
function wav(...chunks: readonly (readonly [id: string, payload: Uint8Array])[]): Uint8Array {
  const fmt = { format: 'pcm', sampleRate: 8000, channelCount: 1, bits: 16, bytesPerSample: 2 } as const;
  return writeRiff('RIFF', 'WAVE', [
    { id: 'fmt ', payload: writeSampleFormat(fmt) },
    ...chunks.map(([id, payload]) => ({ id, payload })),
    { id: 'data', payload: new Uint8Array(16_000) },
  ]);
}

const big = (value: number, bytes: number) =>
  Array.from({ length: bytes }, (_, index) => (value / 2 ** (8 * (bytes - 1 - index))) & 0xff);
const letters = (text: string) => [...encodeUtf8(text)];
const chunk = (id: string, payload: readonly number[]) => [
  ...letters(id),
  ...big(payload.length, 4),
  ...payload,
  ...(payload.length % 2 ? [0] : []),
];

/** An AIFF of one second of 44.1 kHz, 8 bits, mono. */
function aiff(...chunks: readonly number[][]): Uint8Array {
  const comm = [...big(1, 2), ...big(44_100, 4), ...big(8, 2), 0x40, 0x0e, 0xac, 0x44, 0, 0, 0, 0, 0, 0];
  const ssnd = chunk('SSND', [...Array<number>(8).fill(0), ...Array<number>(44_100).fill(0)]);
  return Uint8Array.from(
    chunk('FORM', [...letters('AIFF'), ...chunk('COMM', comm), ...chunks.flat(), ...ssnd]),
  );
}

const id3Of = (name: string) => {
  const bytes = readFileSync(fixture(name));
  return new Uint8Array(bytes.subarray(0, afterId3(byteSource(bytes))));
};

describe('the metadata of compressed files', () => {
  // Written by ffmpeg and mutagen: half a second of mono.
  it.each([
    ['tagged.flac', { sampleRate: 44_100, channels: 1, bits: 16, seconds: 0.5, estimated: false }],
    ['tagged.ogg', { sampleRate: 44_100, channels: 1, bits: null, seconds: 0.5, estimated: false }],
    ['tagged.opus', { sampleRate: 48_000, channels: 1, bits: null, seconds: 0.5, estimated: false }],
    ['tagged.mp3', { sampleRate: 44_100, channels: 1, bits: null, seconds: 0.5, estimated: false }],
    // With the samples that AAC begins with.
    [
      'tagged.m4a',
      { sampleRate: 44_100, channels: 1, bits: null, seconds: expect.closeTo(0.523, 3), estimated: false },
    ],
  ])('is read from %s, whatever its name', async (name, format) => {
    const metadata = await read(`${name}.wav`, readFileSync(fixture(name)));
    expect(metadata).toMatchObject({
      descriptions: { tag: 'A rusty gate creaks open, Tür' },
      catId: 'DOORGate',
      keywords: ['gate', 'rust'],
      title: 'Gate 3',
      author: 'Ann Field',
      licence: 'CC-BY 4.0',
      synthetic: false,
      format,
    });
    expect(metadata.regions).toEqual([]);
  });

  it('keeps every text by its own name', async () => {
    const { fields } = await readMetadata(fixture('tagged.mp3'));
    expect(fields).toEqual({
      'ID3/TIT2': 'Gate 3',
      'ID3/TPE1': 'Ann Field',
      'ID3/TCOP': '2020 Ann Field',
      'ID3/COMM': 'A rusty gate creaks open, Tür',
      'ID3/COMM:iTunNORM': '00000210 0000020C 00001A2B',
      'ID3/TXXX:LICENSE': 'CC-BY 4.0',
      'ID3/TXXX:CATID': 'DOORGate',
      'ID3/TXXX:KEYWORDS': 'gate, rust',
      'ID3/WXXX:home': 'https://example.org/gate',
    });
  });

  it('marks the length of an MP3 that does not state it', async () => {
    const { format } = await readMetadata(fixture('plain.mp3'));
    expect(format).toMatchObject({ sampleRate: 44_100, channels: 1, estimated: true });
    expect(format?.seconds).toBeCloseTo(0.5, 0);
    expect((await readMetadata(fixture('vbr.mp3'))).format).toMatchObject({ seconds: 0.5, estimated: false });
  });

  it('reads a FLAC behind an ID3 tag', async () => {
    const bytes = new Uint8Array([...id3Of('tagged.mp3'), ...readFileSync(fixture('tagged.flac'))]);
    const { format, fields } = await read('id3.flac', bytes);
    expect(format).toMatchObject({ bits: 16, seconds: 0.5 });
    expect(fields).toMatchObject({ 'ID3/TIT2': 'Gate 3', 'Vorbis/TITLE': 'Gate 3' });
  });
});

describe('the metadata of a WAV', () => {
  it('is read from all its chunks, the more trusted ones first', async () => {
    const ixml = writeIxml({
      user: {
        FXNAME: 'Gate Creak',
        DESCRIPTION: '녹슨 문',
        CATID: 'DOORGate',
        KEYWORDS: 'gate; Rust,',
        CATEGORY: 'DOORS',
      },
      aswg: { usageRights: 'internal use only', originator: 'Ann' },
    }).replace('<USER>', '<LOCATION><LOCATION_NAME>Yard</LOCATION_NAME></LOCATION><USER>');
    const metadata = await read(
      'all.wav',
      wav(
        ['bext', encodeBext({ description: 'Track 01', originator: 'Recorder', timeReference: 5n })],
        ['iXML', encodeUtf8(ixml)],
        ['LIST', encodeInfo({ INAM: 'Untitled', ICMT: 'A gate, slowly', IKEY: 'rust, iron' })],
        ['id3 ', id3Of('tagged.mp3')],
      ),
    );
    expect(metadata).toMatchObject({
      descriptions: { ixml: '녹슨 문', info: 'A gate, slowly', tag: 'A rusty gate creaks open, Tür' },
      catId: 'DOORGate',
      keywords: ['gate', 'Rust', 'iron', 'DOORS'],
      title: 'Gate Creak',
      author: 'Ann',
      licence: 'internal use only',
      synthetic: false,
      format: { sampleRate: 8000, channels: 1, bits: 16, seconds: 1, estimated: false },
    });
    expect(metadata.descriptions).not.toHaveProperty('bext');
    expect(metadata.fields).toMatchObject({
      'iXML/LOCATION/LOCATION_NAME': 'Yard',
      'iXML/USER/FXNAME': 'Gate Creak',
      'bext/Description': 'Track 01',
      'bext/Originator': 'Recorder',
      'bext/TimeReference': '5',
      'INFO/INAM': 'Untitled',
      'ID3/TIT2': 'Gate 3',
    });
  });

  it('has its markers, regions and loops in seconds', async () => {
    const { cue, adtl } = encodeMarkers([
      { start: 6000, length: 8000, label: 'tail', note: '' },
      { start: 800, length: 0, label: '', note: 'slam' },
      { start: 80_000, length: 0, label: 'past the end', note: '' },
    ]);
    const loop = { direction: 'forward', start: 2000, end: 4000, times: 0 } as const;
    const smpl = encodeSampler({ unityNote: 60, loops: [loop] }, 8000);
    const { regions } = await read('marked.wav', wav(['cue ', cue], ['LIST', adtl], ['smpl', smpl]));
    expect(regions).toEqual([
      { start: 0.1, end: 0.1, label: 'slam', kind: 'marker' },
      { start: 0.25, end: 0.5, label: '', kind: 'loop' },
      { start: 0.75, end: 1, label: 'tail', kind: 'region' },
    ]);
  });

  it('tells a take by its recipe, which is not among the fields', async () => {
    const ixml = writeIxml({ user: { DESCRIPTION: 'a gate' }, recipeJson: '{"seed":1}' });
    const { synthetic, fields } = await read('take.wav', wav(['iXML', encodeUtf8(ixml)]));
    expect(synthetic).toBe(true);
    expect(Object.keys(fields)).toEqual([
      'iXML/IXML_VERSION',
      'iXML/USER/DESCRIPTION',
      'iXML/REFOLEY/RECIPE_FORMAT',
    ]);
  });

  it('loses no more than the chunk that is damaged', async () => {
    const metadata = await read(
      'damaged.wav',
      wav(
        ['bext', new Uint8Array(20)],
        ['iXML', encodeUtf8('<BWFXML><USER>')],
        ['smpl', new Uint8Array(3)],
        ['LIST', encodeInfo({ ICMT: 'A gate', IART: 'Ann' })],
      ),
    );
    expect(metadata).toMatchObject({
      descriptions: { info: 'A gate' },
      author: 'Ann',
      format: { seconds: 1 },
    });
  });

  it('has no CatID that is not on the list', async () => {
    const ixml = writeIxml({ user: { CATID: 'DOORXyzzy' }, aswg: { catId: 'DOORWood' } });
    expect((await read('cat.wav', wav(['iXML', encodeUtf8(ixml)]))).catId).toBe('DOORWood');
  });
});

describe('the metadata of an AIFF', () => {
  it('is read from its chunks', async () => {
    const marks = [...big(3, 2)];
    for (const [id, position, label] of [
      [1, 4410, 'slam'],
      [2, 8820, 'in '],
      [3, 22_050, 'out'],
    ] as const) {
      marks.push(
        ...big(id, 2),
        ...big(position, 4),
        label.length,
        ...letters(label),
        ...(label.length % 2 ? [] : [0]),
      );
    }
    const inst = [
      ...Array<number>(8).fill(0),
      ...big(1, 2),
      ...big(2, 2),
      ...big(3, 2),
      ...Array<number>(6).fill(0),
    ];
    const metadata = await read(
      'texts.aif',
      aiff(
        chunk('NAME', letters('Gate 3')),
        chunk('AUTH', letters('Ann Field')),
        chunk('(c) ', letters('2020 Ann Field')),
        chunk('ANNO', letters('Recorded with a Nagra')),
        chunk('ANNO', letters('A rusty gate')),
        chunk('MARK', marks),
        chunk('INST', inst),
        chunk('ID3 ', [...id3Of('tagged.mp3')]),
      ),
    );
    expect(metadata).toMatchObject({
      catId: 'DOORGate',
      title: 'Gate 3',
      author: 'Ann Field',
      licence: 'CC-BY 4.0',
      format: { sampleRate: 44_100, channels: 1, bits: 8, seconds: 1, estimated: false },
      regions: [
        { start: 0.1, end: 0.1, label: 'slam', kind: 'marker' },
        { start: 0.2, end: 0.5, label: '', kind: 'loop' },
      ],
    });
    expect(metadata.fields).toMatchObject({ 'AIFF/(c)': '2020 Ann Field', 'AIFF/ANNO[2]': 'A rusty gate' });
    expect((await read('plain.aif', aiff(chunk('ANNO', letters('A gate'))))).descriptions).toEqual({
      tag: 'A gate',
    });
  });
});

describe('other files', () => {
  it('still have their tags when there is no sound in them', async () => {
    const bytes = new Uint8Array(200_000);
    bytes.set(id3Of('tagged.mp3'));
    expect(await read('silent.mp3', bytes)).toMatchObject({ title: 'Gate 3', format: null });
  });

  it('say nothing when they are of another kind', async () => {
    const silent = { descriptions: {}, catId: null, fields: {}, format: null, regions: [], synthetic: false };
    const tagged = new Uint8Array([...id3Of('tagged.mp3'), ...wav()]);
    for (const bytes of [new Uint8Array(), encodeUtf8('a text'), encodeUtf8('RIFX\0\0\0\0WAVE'), tagged]) {
      expect(await read('other.wav', bytes)).toMatchObject(silent);
    }
  });

  it('throw when they cannot be opened', async () => {
    await expect(readMetadata(join(folder.path, 'missing.wav'))).rejects.toMatchObject({ kind: 'not-found' });
    await expect(readMetadata(folder.path)).rejects.toMatchObject({ name: 'RefoleyError' });
  });

  it('never throw for what is in them', async () => {
    const whole = FIXTURES.map((name) => new Uint8Array(readFileSync(fixture(name))));
    whole.push(aiff(chunk('NAME', letters('Gate')), chunk('ID3 ', [...id3Of('tagged.mp3')])).slice(0, 2000));
    whole.push(wav(['id3 ', id3Of('tagged.mp3')], ['bext', encodeBext({ description: 'a' })]).slice(0, 3000));
    const edits = fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(255)), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...whole),
        edits,
        fc.double({ min: 0.02, max: 1 }),
        async (good, changes, part) => {
          const bytes = good.slice(0, Math.ceil(good.length * part));
          // Most of a header is at the beginning.
          for (const [place, value] of changes)
            bytes[Math.floor(place * Math.min(600, bytes.length))] = value;
          const { format, regions, fields } = await read('damaged.bin', bytes);
          if (typeof format?.seconds === 'number') expect(format.seconds).toBeGreaterThanOrEqual(0);
          for (const { start, end } of regions) expect(end).toBeGreaterThanOrEqual(start);
          for (const text of Object.values(fields)) expect(text.trim()).toBe(text);
        },
      ),
      { numRuns: 60 },
    );
  });
});
