import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeBext } from '#core/audio/bext.ts';
import { decodeText, encodeUtf8 } from '#core/audio/encoding.ts';
import { decodeInfo } from '#core/audio/info.ts';
import { readIxml } from '#core/audio/ixml.ts';
import { decodeSampler, encodeSampler } from '#core/audio/loops.ts';
import { decodeMarkers, encodeMarkers } from '#core/audio/markers.ts';
import { byteSource, readChunk, walkRiff } from '#core/audio/riff.ts';
import { readWav, readWavChunk, writeWav } from '#core/audio/wav.ts';
import { readOggComments } from '#core/audio/oggFile.ts';
import { measureLoudness } from '#core/dsp/loudness.ts';
import type { Clip } from '#core/edit/clip.ts';
import { editListSchema } from '#core/edit/editList.ts';
import type { Delivery } from '#core/export/delivery.ts';
import { recipeSchema } from '#core/pipeline/recipe.ts';
import { decodeFile } from '../library/decode.ts';
import { readMetadata } from '../library/metadata/readMetadata.ts';
import { recipeIn } from '../takes/recipeIn.ts';
import { deliver } from './deliver.ts';
import { provenanceAt } from './provenanceAt.ts';

const RATE = 48_000;
const WAV: Delivery = { format: 'wav', bits: 24, sampleRate: RATE, quality: 6 };

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'refoley-deliver-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

function tone(frames: number, amplitude = 0.3): Float32Array {
  return Float32Array.from({ length: frames }, (_, n) => amplitude * Math.sin(n / 7));
}

function clip(changes: Partial<Clip> = {}): Clip {
  return {
    ...{ rate: RATE, channels: [tone(RATE), tone(RATE, 0.1)], origin: 0 },
    markers: [
      { start: 100, length: 0, label: 'hit', note: '' },
      { start: 4800, length: 9600, label: 'Schluß', note: 'second' },
    ],
    loop: { start: 9600, end: 19_200 },
    ...changes,
  };
}

const list = (bytes: Uint8Array, type: string) =>
  [...walkRiff(byteSource(bytes))]
    .filter(({ id }) => id === 'LIST')
    .map((chunk) => readChunk(byteSource(bytes), chunk))
    .find((payload) => decodeText(payload.subarray(0, 4)) === type);
const ids = (bytes: Uint8Array) => [...walkRiff(byteSource(bytes))].map(({ id }) => id);
const ixmlOf = (bytes: Uint8Array) => readIxml(decodeText(readWavChunk(bytes, 'iXML') ?? new Uint8Array()));
const bextOf = (bytes: Uint8Array) => decodeBext(readWavChunk(bytes, 'bext') ?? new Uint8Array());

const FOREIGN = [
  { id: 'SMED', payload: Uint8Array.from({ length: 333 }, (_, n) => n) },
  { id: 'acid', payload: new Uint8Array(24).fill(7) },
  { id: 'PEAK', payload: new Uint8Array(32).fill(1) },
  { id: '_PMX', payload: encodeUtf8('<x:xmpmeta/>') },
  { id: 'SMED', payload: encodeUtf8('a second one of odd length') },
];
const IXML = `<?xml version="1.0" encoding="UTF-8"?>
<BWFXML><IXML_VERSION>1.5</IXML_VERSION><PROJECT>Night Shift &amp; Co</PROJECT><SCENE>12A</SCENE><TAKE>3</TAKE><NOTE>plane overhead</NOTE><FILE_UID>SD1240506070809</FILE_UID>
<HISTORY><ORIGINAL_FILENAME>12A_3.wav</ORIGINAL_FILENAME><PARENT_FILENAME>card.wav</PARENT_FILENAME><PARENT_UID>99</PARENT_UID></HISTORY>
<SPEED><NOTE>pal</NOTE><TIMECODE_RATE>25/1</TIMECODE_RATE><FILE_SAMPLE_RATE>48000</FILE_SAMPLE_RATE><TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI>0</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI><TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>172800000</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO><TIMESTAMP_SAMPLE_RATE>48000</TIMESTAMP_SAMPLE_RATE></SPEED>
<TRACK_LIST><TRACK_COUNT>2</TRACK_COUNT><TRACK><NAME>Boom</NAME></TRACK><TRACK><NAME>$&amp; Lav</NAME></TRACK></TRACK_LIST>
<SYNC_POINT_LIST><SYNC_POINT><SYNC_POINT_LOW>99</SYNC_POINT_LOW></SYNC_POINT></SYNC_POINT_LIST>
<USER><MICROPHONE>MKH 8040</MICROPHONE><FXNAME>Old Name</FXNAME></USER></BWFXML>`;

/** A recorder's file of the clip's samples, with what such a file holds. */
async function recording(name: string, of = clip()): Promise<string> {
  const path = join(root, name);
  const { cue, adtl } = encodeMarkers(of.markers);
  const { start, end } = of.loop ?? { start: 0, end: 1 };
  const sampler = { unityNote: 48, loops: [{ direction: 'forward', start, end, times: 0 } as const] };
  const bytes = writeWav({
    ...{ sampleRate: of.rate, bits: 24, channels: of.channels },
    metadata: {
      bext: {
        ...{ description: 'creaky gate', originator: 'MixPre-6', originatorReference: 'SD123' },
        ...{ originationDate: '2024-05-06', originationTime: '07:08:09', timeReference: 172_800_000n },
        codingHistory: 'A=PCM,F=48000,W=24,M=stereo,T=MixPre-6\r\n',
      },
      ixml: IXML,
      chunks: [
        { id: 'LIST', payload: encodeUtf8('INFOIENG\x04\0\0\0Ann\0') },
        ...[{ id: 'smpl', payload: encodeSampler(sampler, of.rate) }],
        ...[
          { id: 'cue ', payload: cue },
          { id: 'LIST', payload: adtl },
        ],
        ...FOREIGN,
      ],
    },
  });
  await writeFile(path, bytes);
  return path;
}

describe('deliver', () => {
  it('writes every field of a WAV, measured on what is written', async () => {
    const { bytes, loudness } = await deliver(
      clip(),
      { ...WAV, bits: 16 },
      {
        ...{
          description: 'rusty gate',
          title: 'Gate Creak',
          catId: 'DOORMetl',
          creatorId: 'JD',
          sourceId: 'SHOW',
        },
        ...{
          author: 'Jo Doe',
          licence: 'CC-BY-4.0',
          keywords: ['gate', 'rust'],
          originationDate: '2026-03-01',
        },
      },
    );
    expect(ids(bytes)).toEqual(['bext', 'fmt ', 'iXML', 'LIST', 'smpl', 'cue ', 'LIST', 'data']);
    const { channels, sampleRate, bits } = readWav(bytes);
    expect([sampleRate, bits, channels.length]).toEqual([RATE, 16, 2]);
    expect(measureLoudness(channels, RATE)).toEqual(loudness);
    const bext = bextOf(bytes);
    expect(bext.version).toBe(2);
    expect(bext.loudnessValue).toBeCloseTo(loudness.integrated, 1);
    expect(bext.maxTruePeakLevel).toBeCloseTo(loudness.truePeak, 1);
    expect(bext.codingHistory).toBe('A=PCM,F=48000,W=16,M=stereo,T=Refoley;TPDF dither\r\n');
    const { user, aswg } = ixmlOf(bytes);
    expect(user).toEqual({
      ...{ FXNAME: 'Gate Creak', DESCRIPTION: 'rusty gate', CATEGORY: 'DOORS', SUBCATEGORY: 'METAL' },
      ...{ CATID: 'DOORMetl', CATEGORYFULL: 'DOORS-METAL', CREATORID: 'JD', SOURCEID: 'SHOW' },
      ...{ KEYWORDS: 'gate, rust', DESIGNER: 'Jo Doe', LICENSE: 'CC-BY-4.0' },
    });
    expect(aswg).toMatchObject({ catId: 'DOORMetl', fxName: 'Gate Creak', usageRights: 'CC-BY-4.0' });
    const info = decodeInfo(list(bytes, 'INFO') ?? new Uint8Array());
    expect(Object.fromEntries(info)).toMatchObject({
      INAM: 'Gate Creak',
      IART: 'Jo Doe',
      ICRD: '2026-03-01',
    });
    expect(decodeSampler(readWavChunk(bytes, 'smpl') ?? new Uint8Array()).loops).toEqual([
      { direction: 'forward', start: 9600, end: 19_200, times: 0 },
    ]);
    const cue = readWavChunk(bytes, 'cue ') ?? new Uint8Array();
    expect(decodeMarkers({ cue, adtl: list(bytes, 'adtl') })).toEqual(clip().markers);
  });

  it('keeps what a recorder wrote, byte for byte where nothing moved', async () => {
    const path = await recording('still.wav');
    const before = new Uint8Array(await readFile(path));
    const { bytes } = await deliver(clip(), WAV, { title: 'New Name' }, { path, moved: false });
    for (const id of ['SMED', 'acid', '_PMX', 'smpl', 'cue '])
      expect(readWavChunk(bytes, id), id).toEqual(readWavChunk(before, id));
    expect(list(bytes, 'adtl')).toEqual(list(before, 'adtl'));
    expect(ids(bytes).slice(-5)).toEqual(['SMED', 'acid', '_PMX', 'SMED', 'data']);
    expect(readWav(bytes).channels).toEqual(readWav(before).channels);
    const { fields } = ixmlOf(bytes);
    expect(fields.get('PROJECT')).toBe('Night Shift & Co');
    expect(fields.get('SCENE')).toBe('12A');
    expect(fields.get('NOTE')).toBe('plane overhead');
    expect(fields.get('TRACK_LIST/TRACK[2]/NAME')).toBe('$& Lav');
    expect(fields.get('USER/MICROPHONE')).toBe('MKH 8040');
    expect(fields.get('USER/FXNAME')).toBe('New Name');
    expect(decodeText(readWavChunk(bytes, 'iXML') ?? new Uint8Array())).toContain(
      '<PROJECT>Night Shift &amp; Co</PROJECT>',
    );
    expect(bextOf(bytes)).toMatchObject({
      ...{ description: 'creaky gate', originator: 'MixPre-6', originatorReference: 'SD123' },
      ...{ originationDate: '2024-05-06', originationTime: '07:08:09', timeReference: 172_800_000n },
      codingHistory: 'A=PCM,F=48000,W=24,M=stereo,T=MixPre-6\r\nA=PCM,F=48000,W=24,M=stereo,T=Refoley\r\n',
    });
    expect(Object.fromEntries(decodeInfo(list(bytes, 'INFO') ?? new Uint8Array()))).toMatchObject({
      IENG: 'Ann',
    });
  });

  it('moves time reference, marks and loop with a trim and a change of rate, and drops what counts samples', async () => {
    const path = await recording('moved.wav');
    const trimmed = clip({
      ...{ channels: [tone(24_000)], origin: 24_000, loop: { start: 480, end: 960 } },
      markers: [{ start: 4800, length: 4800, label: 'a', note: '' }],
    });
    const { bytes } = await deliver(trimmed, { ...WAV, sampleRate: 96_000 }, {}, { path, moved: true });
    expect(bextOf(bytes).timeReference).toBe(2n * (172_800_000n + 24_000n));
    const { fields } = ixmlOf(bytes);
    expect(fields.get('SPEED/TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO')).toBe(String(2 * 172_824_000));
    expect(fields.get('SPEED/FILE_SAMPLE_RATE')).toBe('96000');
    expect(fields.get('SPEED/TIMECODE_RATE')).toBe('25/1');
    expect([...fields.keys()].filter((path) => /^(SYNC|TRACK)/.test(path))).toEqual([]);
    expect(ids(bytes)).not.toContain('acid');
    expect(ids(bytes).filter((id) => id === 'SMED')).toHaveLength(2);
    const { unityNote, loops } = decodeSampler(readWavChunk(bytes, 'smpl') ?? new Uint8Array());
    expect([unityNote, loops[0]?.start, loops[0]?.end]).toEqual([48, 960, 1920]);
    const cue = readWavChunk(bytes, 'cue ') ?? new Uint8Array();
    expect(decodeMarkers({ cue, adtl: list(bytes, 'adtl') })[0]).toMatchObject({ start: 9600, length: 9600 });
    expect(bextOf(bytes).codingHistory).toMatch(/F=96000,W=24,M=mono,T=Refoley;resampled from 48000\r\n$/);
  });

  it('is a file of its own, which says what it was made of', async () => {
    const path = await recording('parent.wav');
    const made = await deliver(clip(), WAV, {}, { path, moved: false });
    const { fields } = ixmlOf(made.bytes);
    const uid = fields.get('FILE_UID');
    expect(uid).toMatch(/^[0-9a-f]{32}$/);
    expect(Object.fromEntries([...fields].filter(([name]) => name.startsWith('HISTORY')))).toEqual({
      'HISTORY/ORIGINAL_FILENAME': '12A_3.wav',
      'HISTORY/PARENT_FILENAME': 'parent.wav',
      'HISTORY/PARENT_UID': 'SD1240506070809',
    });
    const other = await deliver(clip(), { ...WAV, bits: 16 }, {}, { path, moved: false });
    expect(ixmlOf(other.bytes).fields.get('FILE_UID')).not.toBe(uid);
    const again = join(root, 'child.wav');
    await writeFile(again, made.bytes);
    const grandchild = await deliver(clip(), WAV, {}, { path: again, moved: false });
    const after = ixmlOf(grandchild.bytes).fields;
    expect(after.get('HISTORY/PARENT_UID')).toBe(uid);
    expect(after.get('HISTORY/PARENT_FILENAME')).toBe('child.wav');
    expect(after.get('HISTORY/ORIGINAL_FILENAME')).toBe('12A_3.wav');
    // Of a source without iXML there is a name.
    const own = join(root, 'bare.wav');
    await writeFile(own, writeWav({ sampleRate: RATE, bits: 24, channels: clip().channels }));
    const bare = ixmlOf((await deliver(clip(), WAV, {}, { path: own, moved: false })).bytes).fields;
    expect(bare.get('HISTORY/PARENT_FILENAME')).toBe('bare.wav');
    expect(bare.has('HISTORY/PARENT_UID')).toBe(false);
  });

  it('gives the same bytes for the same input, in every format', async () => {
    for (const format of ['wav', 'flac', 'ogg'] as const) {
      const once = () => deliver(clip(), { ...WAV, format, bits: 16, sampleRate: 44_100 }, { title: 'Gate' });
      expect(Buffer.compare((await once()).bytes, (await once()).bytes), format).toBe(0);
    }
  });

  it('adds no dither to samples of 16 bits that stay what they are', async () => {
    const { bytes } = await deliver(clip(), { ...WAV, bits: 16 }, {});
    const { channels } = readWav(bytes);
    const again = await deliver(clip({ channels }), { ...WAV, bits: 16 }, {});
    expect(readWav(again.bytes).channels).toEqual(channels);
  });

  it('refuses what a format cannot hold', async () => {
    const many = clip({ channels: Array.from({ length: 9 }, () => tone(100)), markers: [], loop: null });
    const attempts = [
      deliver(many, { ...WAV, format: 'flac' }, {}),
      deliver(many, { ...WAV, format: 'ogg' }, {}),
      deliver(clip(), { ...WAV, format: 'flac', bits: 32 }, {}),
      deliver(clip({ channels: [new Float32Array(0)] }), WAV, {}),
      deliver(clip(), WAV, { catId: 'NOPE' }),
    ];
    for (const attempt of attempts) await expect(attempt).rejects.toMatchObject({ kind: 'input' });
  });

  it('writes FLAC and Ogg that decode to the same sound', async () => {
    const flac = await deliver(clip(), { ...WAV, format: 'flac' }, {});
    await writeFile(join(root, 'same.flac'), flac.bytes);
    const wav = readWav((await deliver(clip(), WAV, {})).bytes);
    expect((await decodeFile(join(root, 'same.flac'))).channels).toEqual(wav.channels);
    expect(flac.bytes.length).toBeLessThan(wav.channels.length * RATE * 3);
    const ogg = await deliver(clip(), { ...WAV, format: 'ogg', quality: 9 }, {});
    await writeFile(join(root, 'same.ogg'), ogg.bytes);
    const decoded = await decodeFile(join(root, 'same.ogg'));
    expect(decoded.channels[0]).toHaveLength(RATE);
    const wrong = decoded.channels[0]?.map((sample, n) => sample - (wav.channels[0]?.[n] ?? 0)) ?? [];
    expect(Math.max(...wrong.map(Math.abs))).toBeLessThan(0.01);
  });

  it('writes comments that take several pages of an Ogg', async () => {
    for (const length of [200, 65_025, 200_000]) {
      const description = 'gate '.repeat(length / 5);
      const { bytes } = await deliver(clip(), { ...WAV, format: 'ogg' }, { title: 'Gate', description });
      const path = join(root, 'long.ogg');
      await writeFile(path, bytes);
      expect((await decodeFile(path)).channels[0]).toHaveLength(RATE);
      expect((await readMetadata(path)).title).toBe('Gate');
    }
  });

  it('carries recipe, edit list and origin, which no reader takes for texts, in every format', async () => {
    const recipe = recipeSchema.parse({
      ...{ format: 1, pack: { name: 'starter', version: '1', sha256: 'ab'.repeat(32) } },
      ...{ prompt: 'rusty gate <ü>', negative: '', seed: 7, sampler: 'dpmpp', steps: 20, guidance: 3 },
      ...{ libraryGuidance: 1, retrieval: 'none', k: 0, duration: 1, sampleRate: RATE, bits: 24 },
      neighbours: [],
    });
    // Longer than a page of an Ogg holds.
    const points = Array.from({ length: 3000 }, (_, n) => ({ at: n / 3000, db: (n % 20) - 19 }));
    const edit = editListSchema.parse({ operations: [{ op: 'envelope', points }] });
    const origin = { source: { name: 'gate.wav', sha256: 'cd', licence: 'CC0', author: 'Ann' }, sounds: {} };
    for (const format of ['wav', 'flac', 'ogg'] as const) {
      const path = join(root, `made.${format}`);
      const { bytes } = await deliver(clip(), { ...WAV, format }, { recipe, edit, origin });
      await writeFile(path, bytes);
      expect(provenanceAt(path), format).toEqual({ recipe, edit, origin });
      expect(recipeIn(path), format).toEqual(recipe);
      const { synthetic, fields } = await readMetadata(path);
      expect(synthetic, format).toBe(true);
      expect(JSON.stringify(fields)).not.toContain('"prompt');
      await writeFile(path, (await deliver(clip(), { ...WAV, format }, { title: 'Gate' })).bytes);
      expect(provenanceAt(path), format).toEqual({});
      expect(() => recipeIn(path)).toThrow('carries no Refoley recipe');
      expect((await readMetadata(path)).synthetic, format).toBe(false);
    }
  });

  it('says nothing of an Ogg that ends within its comments', async () => {
    const description = 'gate '.repeat(40_000);
    const { bytes } = await deliver(clip(), { ...WAV, format: 'ogg' }, { description });
    const all = readOggComments(byteSource(bytes)).map(([name, text]) => `${name}=${text.length}`);
    expect(all).toContain(`DESCRIPTION=${description.length}`);
    for (const length of [0, 30, 100, 70_000, 150_000]) {
      const found = readOggComments(byteSource(bytes.subarray(0, length)));
      expect(found.map(([name]) => name)).not.toContain('DESCRIPTION');
    }
  });

  const flacThere = spawnSync('flac', ['--version']).status === 0;
  it.runIf(flacThere || process.env['CI'] === 'true')(
    'writes a FLAC out of which flac makes the same WAV again',
    async () => {
      const path = await recording('packed.wav');
      const unpacked = async (bits: 16 | 24) => {
        const ask = (format: 'wav' | 'flac') =>
          deliver(clip(), { ...WAV, format, bits }, { title: 'Gate' }, { path, moved: false });
        const [flac, wav] = [join(root, `packed${bits}.flac`), join(root, `unpacked${bits}.wav`)];
        await writeFile(flac, (await ask('flac')).bytes);
        execFileSync('flac', ['--test', '--warnings-as-errors', '--silent', flac]);
        execFileSync('flac', ['--decode', '--keep-foreign-metadata', '-f', '--silent', flac, '-o', wav], {
          stdio: 'ignore',
        });
        return [new Uint8Array(await readFile(wav)), (await ask('wav')).bytes] as const;
      };
      const [again, written] = await unpacked(16);
      expect(again).toEqual(written);
      // Of 24 bits flac writes WAVEFORMATEXTENSIBLE, out of its own files, too.
      const [wide, asked] = await unpacked(24);
      expect(ids(wide)).toEqual(ids(asked));
      for (const id of ids(asked).filter((name) => name !== 'fmt '))
        expect(readWavChunk(wide, id), id).toEqual(readWavChunk(asked, id));
    },
  );
});
