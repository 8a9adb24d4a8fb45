/**
 * Does the catalogue of a real library say what other readers say, and does a search find what it should?
 * `node bench/library-check.ts DATA FOLDER` over a folder that was added to the library of that data folder: asks ffprobe
 * and soxi for the rate, length and channels of every file, wavinfo (where it is installed) for the texts of every WAV, and the
 * library for thirty things; writes docs/library-check.md.
 */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { extname, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { openEngine } from '#engine/app.ts';
import type { Sound } from '#engine/catalogue/sound.ts';
import { wavTexts } from './wavTexts.ts';

const PROMPTS = [
  ...[
    'door slams',
    'footsteps on gravel',
    'sword clash',
    'glass breaking',
    'explosion',
    'gun shot',
    'laser',
    'rain',
  ],
  ...[
    'thunder',
    'wind howling',
    'water splash',
    'dog barking',
    'horse',
    'bird singing',
    'cat meows',
    'monster growl',
  ],
  ...[
    'crowd cheering',
    'man screams',
    'woman says goodbye',
    'a number is spoken',
    'telephone',
    'bell',
    'snare drum',
  ],
  ...[
    'bass guitar note',
    'piano chord',
    'engine running',
    'button click',
    'magic spell',
    'coins',
    'something breaks, close',
  ],
];
const RESULTS = 3;
/** Seconds by which lengths may differ: decoders disagree on the padding of MP3 and Opus. */
const LENGTH_TOLERANCE = 0.05;

const run = promisify(execFile);
const probed = z.object({
  streams: z.array(z.object({ sample_rate: z.coerce.number(), channels: z.number() })).min(1),
  format: z.object({ duration: z.coerce.number() }),
});

interface Facts {
  readonly rate: number;
  readonly channels: number;
  readonly seconds: number;
}

async function ffprobe(path: string): Promise<Facts> {
  const entries = 'stream=sample_rate,channels:format=duration';
  const options = ['-v', 'error', '-select_streams', 'a:0', '-show_entries', entries, '-of', 'json', path];
  const { streams, format } = probed.parse(JSON.parse((await run('ffprobe', options)).stdout));
  return {
    rate: streams[0]?.sample_rate ?? 0,
    channels: streams[0]?.channels ?? 0,
    seconds: format.duration,
  };
}

async function soxi(path: string): Promise<Facts> {
  const [rate, channels, seconds] = await Promise.all(
    ['-r', '-c', '-D'].map(async (what) => Number((await run('soxi', [what, path])).stdout)),
  );
  return { rate: rate ?? 0, channels: channels ?? 0, seconds: seconds ?? 0 };
}

/** Opus always decodes to 48 kHz; its header tells what it was made from, which soxi does not know. */
function agrees(sound: Sound, { rate, channels, seconds }: Facts): boolean {
  return (
    sound.sampleRate === rate &&
    sound.channels === channels &&
    Math.abs(sound.seconds - seconds) <= LENGTH_TOLERANCE
  );
}

const [dataFolder, folder] = process.argv.slice(2).map((path) => resolve(path));
if (dataFolder === undefined || folder === undefined) throw new Error('usage: library-check.ts DATA FOLDER');
const engine = openEngine({ dataFolder });
try {
  const sounds = (await engine.library.list({ source: folder }, {})).filter(({ part }) => part === 'file');
  const intro = [
    'What the catalogue says of rate, channels and length (to 50 ms) against ffprobe and soxi, and the first results of thirty',
    'searches, by `node bench/library-check.ts DATA FOLDER`.',
  ];
  const wavs = sounds.map(({ path }) => path).filter((path) => extname(path).toLowerCase() === '.wav');
  const texts = await wavTexts(folder, wavs);
  const parts = [['# A real library, checked'], intro, await readers(sounds), texts, await searches()];
  const report = [...parts.flatMap((part) => [...part, ''])];
  await writeFile(new URL('../docs/library-check.md', import.meta.url), report.join('\n'));
} finally {
  await engine.close();
}

async function readers(sounds: readonly Sound[]): Promise<string[]> {
  const rows = new Map<
    string,
    Record<'files' | 'problems' | 'ffprobe' | 'ffprobeRead' | 'soxi' | 'soxiRead', number>
  >();
  const differing: string[] = [];
  const queue = [...sounds];
  const work = async () => {
    for (let sound = queue.pop(); sound; sound = queue.pop()) {
      const kind = extname(sound.path).slice(1).toLowerCase();
      const row = rows.get(kind) ?? {
        files: 0,
        problems: 0,
        ffprobe: 0,
        ffprobeRead: 0,
        soxi: 0,
        soxiRead: 0,
      };
      rows.set(kind, row);
      row.files++;
      if (sound.problem !== null) row.problems++;
      for (const [name, reader] of Object.entries({ ffprobe, soxi }) as ['ffprobe' | 'soxi', typeof soxi][]) {
        const facts = await reader(sound.path).catch(() => undefined);
        if (!facts || sound.problem !== null) continue;
        row[`${name}Read`]++;
        if (agrees(sound, facts)) row[name]++;
        else
          differing.push(
            `${name} ${relative(folder ?? '', sound.path)}: ${JSON.stringify(facts)}, ours ${describe(sound)}`,
          );
      }
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return [
    '| format | files | not analysed | ffprobe agrees | soxi agrees |',
    '| --- | --- | --- | --- | --- |',
    ...[...rows]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([kind, row]) =>
          `| ${kind} | ${row.files} | ${row.problems} | ${row.ffprobe} of ${row.ffprobeRead} | ${row.soxi} of ${row.soxiRead} |`,
      ),
    '',
    ...differing.map((line) => `- ${line}`),
  ];
}

function describe({ sampleRate, channels, seconds }: Sound): string {
  return `${sampleRate} Hz, ${channels} channels, ${seconds} s`;
}

async function searches(): Promise<string[]> {
  const rows: string[] = [];
  for (const prompt of PROMPTS) {
    const { results } = await engine.library.search(
      `${prompt} -source:starter`,
      { mode: 'both', limit: RESULTS },
      {},
    );
    const cells = results.map(({ path, caption }) => {
      const place = relative(folder ?? '', path).split('/');
      return `${caption.slice(0, 60) || '(no words)'} (${place[0] ?? ''}/…/${place.at(-1) ?? ''})`.replaceAll(
        '|',
        '/',
      );
    });
    rows.push(`| ${prompt} | ${cells.join(' | ')} |`);
  }
  return ['| asked for | first | second | third |', '| --- | --- | --- | --- |', ...rows];
}
