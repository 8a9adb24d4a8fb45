import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeMarkers } from '#core/audio/markers.ts';
import { readWavChunk, writeWav } from '#core/audio/wav.ts';
import { copyData, type DataFolder } from './support/dataFolder.ts';
import { errorKind, run, runJson } from './support/refoley.ts';

const RATE = 48_000;
const STARTER = join(import.meta.dirname, '../resources/library');
const SOUNDS = [
  'wood-fire-crackling-01',
  'war-horn-blowing-a-signal-01',
  'horse-cart-rolling-on-a-dirt-track-01',
  'rain-falling-01',
];
const FOREIGN = Uint8Array.from({ length: 333 }, (_, n) => n % 251);

let data: DataFolder;
let recording: string;
let wav: string;
let flac: string;
let ogg: string;

/** A recorder's file: two channels, a time reference, markers, production notes, a chunk of another program. */
async function writeRecording(path: string): Promise<void> {
  const channel = (step: number) =>
    Float32Array.from(
      { length: 2 * RATE },
      (_, n) => 0.4 * Math.sin(n * step) * Math.exp(-(n % RATE) / 9000),
    );
  const { cue, adtl } = encodeMarkers([
    { start: 24_000, length: 0, label: 'hit', note: '' },
    { start: RATE, length: 24_000, label: 'ring out', note: '' },
  ]);
  const bytes = writeWav({
    ...{ sampleRate: RATE, bits: 24, channels: [channel(0.05), channel(0.07)] },
    metadata: {
      bext: {
        ...{ description: 'creaky gate', originator: 'MixPre-6', originatorReference: 'SD123' },
        ...{ originationDate: '2024-05-06', originationTime: '07:08:09', timeReference: 172_800_000n },
        codingHistory: 'A=PCM,F=48000,W=24,M=stereo,T=MixPre-6\r\n',
      },
      ixml: '<BWFXML><PROJECT>Night Shift</PROJECT><SCENE>12A</SCENE><TAKE>3</TAKE></BWFXML>',
      chunks: [
        { id: 'cue ', payload: cue },
        { id: 'LIST', payload: adtl },
        { id: 'SMED', payload: FOREIGN },
      ],
    },
  });
  await writeFile(path, bytes);
}

/** Exports the recording through the product; the path of the file. */
async function exported(...options: string[]): Promise<string> {
  const said = ['--title', 'Gate Creak', '--cat-id', 'DOORMetl', '--creator', 'JD', '--author', 'Jo Doe'];
  const args = ['export', recording, '--out', join(data.path, 'out'), ...said, '--licence', 'CC-BY-4.0'];
  const { files } = await runJson([...args, ...options, '--data', data.path]);
  return files[0].path;
}

beforeAll(async () => {
  data = await copyData();
  recording = join(data.path, 'recording.wav');
  await writeRecording(recording);
  wav = await exported('--bits', '16');
  flac = await exported('--format', 'flac');
  ogg = await exported('--format', 'ogg', '--rate', '44100');
});
afterAll(() => data.remove());

/** On CI a reader that is missing is a failure, not a reason to look away. */
function wanted(command: string, ...args: string[]): boolean {
  return process.env['CI'] === 'true' || spawnSync(command, args).status === 0;
}

function call(command: string, ...args: string[]): { stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  return { stdout, stderr };
}

/** Programs that share no code with Refoley read what it exports; those that a machine lacks are left out. */
describe('what leaves, read by others', () => {
  it.runIf(wanted('sox', '--version'))('sox: format, length and samples, of WAV and FLAC alike', async () => {
    const facts = (path: string) =>
      ['-r', '-b', '-c', '-s'].map((asked) => call('soxi', asked, path).stdout.trim());
    expect(facts(wav)).toEqual(['48000', '16', '2', '96000']);
    expect(facts(flac)).toEqual(['48000', '24', '2', '96000']);
    const raw = (path: string) => {
      const out = join(data.path, `${basename(path)}.s32`);
      call('sox', '-D', path, '-t', 'raw', '-e', 'signed', '-b', '32', out);
      return readFile(out);
    };
    expect(Buffer.compare(await raw(flac), await raw(recording))).toBe(0);
  });

  it.runIf(wanted('ffprobe', '-version'))('ffprobe: tags, time reference, chapters, duration', () => {
    const probe = (path: string) =>
      JSON.parse(
        call('ffprobe', '-v', 'error', '-of', 'json', '-show_format', '-show_chapters', '-show_streams', path)
          .stdout,
      );
    expect(probe(wav).format.tags).toMatchObject({
      ...{ title: 'Gate Creak', artist: 'Jo Doe', comment: 'creaky gate', encoded_by: 'MixPre-6' },
      ...{ time_reference: '172800000', date: '2024-05-06', copyright: 'CC-BY-4.0' },
      coding_history: expect.stringMatching(/T=MixPre-6\s+A=PCM,F=48000,W=16,M=stereo,T=Refoley;TPDF dither/),
    });
    expect(probe(flac).format.tags).toMatchObject({
      ...{
        TITLE: 'Gate Creak',
        ARTIST: 'Jo Doe',
        CATID: 'DOORMetl',
        CATEGORY: 'DOORS',
        LICENSE: 'CC-BY-4.0',
      },
    });
    const { streams, chapters } = probe(ogg);
    expect(streams[0]).toMatchObject({ codec_name: 'vorbis', sample_rate: '44100', channels: 2 });
    expect(Number(streams[0].duration)).toBeCloseTo(2, 5);
    expect(streams[0].tags).toMatchObject({ FXNAME: 'Gate Creak', CREATORID: 'JD' });
    expect(
      chapters.map((each: { start_time: string; tags: { title: string } }) => [
        Number(each.start_time),
        each.tags.title,
      ]),
    ).toEqual([
      [0.5, 'hit'],
      [1, 'ring out'],
    ]);
  });

  it.runIf(wanted('python3', '-c', 'import wavinfo'))('wavinfo: bext, iXML, INFO and markers', () => {
    const script = `import json, sys, wavinfo
info = wavinfo.WavInfoReader(sys.argv[1])
bext = info.bext.to_dict(); bext.pop("umid")
print(json.dumps({"bext": bext, "ixml": [info.ixml.project, info.ixml.scene, info.ixml.take], "cues": info.cues.to_dict(),
                  "info": {k: v for k, v in info.info.to_dict().items() if v}}))`;
    const { bext, ixml, cues, info } = JSON.parse(call('python3', '-c', script, wav).stdout);
    expect(bext).toMatchObject({
      ...{ version: 2, description: 'creaky gate', originator: 'MixPre-6', originator_ref: 'SD123' },
      ...{ originator_date: '2024-05-06', originator_time: '07:08:09', time_reference: 172_800_000 },
    });
    for (const level of [
      'loudness_value',
      'max_true_peak',
      'max_momentary_loudness',
      'max_shortterm_loudness',
    ])
      expect(bext[level]).toBeLessThan(0);
    expect(ixml).toEqual(['Night Shift', '12A', '3']);
    expect(Object.values(cues)).toEqual([
      { frame: 24_000, label: 'hit' },
      { frame: 48_000, label: 'ring out', length: 24_000 },
    ]);
    expect(info).toMatchObject({ title: 'Gate Creak', artist: 'Jo Doe', software: 'Refoley' });
  });

  it.runIf(wanted('mediainfo', '--Version'))('mediainfo: what a post house looks at', () => {
    const tracks = JSON.parse(call('mediainfo', '--Output=JSON', wav).stdout).media.track;
    expect(tracks[0]).toMatchObject({
      Title: 'Gate Creak',
      Producer: 'MixPre-6',
      Description: 'creaky gate',
    });
    expect(tracks[1]).toMatchObject({
      SamplingRate: '48000',
      BitDepth: '16',
      Channels: '2',
      SamplingCount: '96000',
    });
    expect(JSON.stringify(tracks[1])).toMatch(/"LoudnessValue":"-\d\d\.\d\d"/);
    const [general] = JSON.parse(call('mediainfo', '--Output=JSON', flac).stdout).media.track;
    expect(general).toMatchObject({ Title: 'Gate Creak', Format: 'FLAC' });
  });

  it.runIf(wanted('flac', '--version'))('flac: sound, and every chunk of the WAV again', async () => {
    call('flac', '--test', '--silent', '--warnings-as-errors', flac);
    const again = join(data.path, 'again.wav');
    call('flac', '--decode', '--keep-foreign-metadata', '--silent', '-f', flac, '-o', again);
    const [before, after] = [await exported('--bits', '24'), again];
    const chunk = async (path: string, id: string) => readWavChunk(new Uint8Array(await readFile(path)), id);
    for (const id of ['bext', 'iXML', 'cue ', 'SMED', 'data'])
      expect(await chunk(after, id), id).toEqual(await chunk(before, id));
    expect(await chunk(after, 'SMED')).toEqual(FOREIGN);
  });

  it.runIf(wanted('ffmpeg', '-version'))(
    'ffmpeg ebur128: loudness of sounds of the starter library',
    async () => {
      for (const name of SOUNDS) {
        const path = join(STARTER, `${name}.ogg`);
        const { loudness } = await runJson(['show', path, '--data', data.path]);
        const { stderr } = call(
          'ffmpeg',
          '-nostats',
          '-i',
          path,
          '-af',
          'ebur128=peak=true',
          '-f',
          'null',
          '-',
        );
        const summary = stderr.slice(stderr.lastIndexOf('Summary:'));
        const value = (pattern: RegExp) => Number(pattern.exec(summary)?.[1]);
        expect(Math.abs(loudness.integrated - value(/I:\s+(-?[\d.]+) LUFS/)), name).toBeLessThanOrEqual(0.1);
        expect(Math.abs(loudness.range - value(/LRA:\s+(-?[\d.]+) LU/)), name).toBeLessThanOrEqual(0.2);
        // The oversamplers differ by design; annex 2 of BS.1770 allows some 0.5 dB.
        expect(Math.abs(loudness.truePeak - value(/Peak:\s+(-?[\d.]+) dBFS/)), name).toBeLessThanOrEqual(0.5);
      }
    },
  );
});

describe('refoley show', () => {
  it('tells what any recorder wrote, and where a take came from, out of WAV, FLAC and Ogg', async () => {
    const shown = await runJson(['show', recording, '--data', data.path]);
    expect(shown).toMatchObject({ seconds: 2, sampleRate: RATE, bits: 24, channels: 2, time: 3600 });
    expect(shown.fields).toMatchObject({ 'bext/Originator': 'MixPre-6', 'iXML/PROJECT': 'Night Shift' });
    expect(shown.marks).toEqual([
      { start: 0.5, end: 0.5, label: 'hit', kind: 'marker' },
      { start: 1, end: 1.5, label: 'ring out', kind: 'region' },
    ]);
    expect(shown.recipe).toBeUndefined();

    const args = ['--data', data.path];
    const made = await runJson(['generate', 'rusty gate', '--duration', '1', '--steps', '2', ...args]);
    const [take] = made.takes;
    const out = ['--out', join(data.path, 'flac'), '--format', 'flac'];
    const { files } = await runJson(['export', take.path, ...out, '--sheet', 'all', ...args]);
    const page = join(data.path, 'page.html');
    const again = await runJson(['show', files[0].path, '--sheet', page, ...args]);
    expect(again.recipe).toEqual((await runJson(['show', take.path, ...args])).recipe);
    expect(again.recipe.neighbours.length).toBeGreaterThan(0);
    const ogg = await runJson([
      'export',
      take.path,
      '--out',
      join(data.path, 'ogg'),
      '--format',
      'ogg',
      ...args,
    ]);
    const [{ path }] = ogg.files;
    expect((await runJson(['show', path, ...args])).recipe).toEqual(again.recipe);
    const remade = await runJson(['regenerate', path, '--out', join(data.path, 'remade.wav'), ...args]);
    expect(await readFile(remade.takes[0].path)).toEqual(await readFile(take.path));
    if (wanted('ffprobe', '-version')) {
      const { streams } = JSON.parse(
        call('ffprobe', '-v', 'error', '-of', 'json', '-show_streams', path).stdout,
      );
      expect(JSON.parse(streams[0].tags.REFOLEY_RECIPE)).toEqual(again.recipe);
    }
    const html = await readFile(page, 'utf8');
    for (const { sha256, name } of again.recipe.neighbours)
      for (const said of [sha256, name]) expect(html).toContain(said);
    expect(files[0].neighbours.map((each: { sha256: string }) => each.sha256)).toEqual(
      again.recipe.neighbours.map((each: { sha256: string }) => each.sha256),
    );
  });

  it('refuses what is no sound, and an export that cannot be named', async () => {
    const text = join(data.path, 'no sound.wav');
    await writeFile(text, 'nothing of the kind');
    expect(errorKind(await run(['show', text, '--data', data.path]))).toBe('corrupt');
    expect(errorKind(await run(['show', join(data.path, 'gone.wav'), '--data', data.path]))).toBe(
      'not-found',
    );
    const out = ['--out', join(data.path, 'refused'), '--data', data.path];
    expect(errorKind(await run(['export', recording, ...out, '--name', '{what}']))).toBe('input');
    expect(errorKind(await run(['export', recording, ...out, '--name', 'a/{name}']))).toBe('input');
    expect(errorKind(await run(['export', recording, ...out, '--rate', '22050']))).toBe('input');
    expect(errorKind(await run(['export', recording, ...out, '--format', 'flac', '--bits', '32']))).toBe(
      'input',
    );
  });
});
