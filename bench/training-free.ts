/**
 * What the library does for a model that attends to no neighbours (docs/adr/0016): `node bench/training-free.ts FOLDER [PROMPTS]` has the
 * same prompts and seeds rendered with more or less of the neighbours mixed into the prompt, from a neighbour's sound, and of several
 * candidates, and prints a row of a table for each; the starter pack, which attends to them, comes for comparison. What is in
 * FOLDER already is not made again, so a run that was stopped goes on. FOLDER holds, made by `python -m` in training/:
 *
 *   refoley_training.export_alone --out FOLDER/alone/packs/alone
 *   refoley_training.evaluate.export_suite --out FOLDER/suite
 *   refoley_training.evaluate.export_judge --out FOLDER/judge.onnx
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { philox } from '#core/diffusion/philox.ts';
import { checkSettings, type RequestedSettings } from '#core/pipeline/settings.ts';
import { cosine } from '#core/retrieval/cosine.ts';
import type { EmbeddingKind } from '#engine/catalogue/embeddings.ts';
import { createContext, type EngineContext, type Library } from '#engine/context.ts';
import { listen, type Heard } from '#engine/evaluation/listen.ts';
import { measure, type Against } from '#engine/evaluation/measure.ts';
import { readSuite } from '#engine/evaluation/suite.ts';
import { findNeighbours } from '#engine/takes/findNeighbours.ts';
import { recipeOf } from '#engine/takes/recipeOf.ts';
import { renderTakes } from '#engine/takes/renderTakes.ts';

interface Row {
  readonly name: string;
  readonly pack: 'alone' | 'starter';
  /** What is mixed in of a neighbour: how it sounds, or its caption where a pack has no ears (audioldm.ts). */
  readonly mixed: EmbeddingKind;
  readonly settings: RequestedSettings;
}

const mix = (amount: number, mixed: EmbeddingKind = 'audio') =>
  row(`${mixed === 'audio' ? 'sounds' : 'captions'} mixed, ${amount}`, { libraryGuidance: amount }, mixed);
const start = (share: number) => row(`start ${share}`, { start: share });
const BOTH = { libraryGuidance: 0.5, start: 0.2 };
const NONE = row('no library', {});
/** First what tells most. */
const ROWS: readonly Row[] = [
  NONE,
  mix(0.5),
  start(0.2),
  row('sounds mixed, 0.5, start 0.2', BOTH),
  mix(1),
  mix(0.5, 'text'),
  row('of 4', { candidates: 4 }),
  start(0.4),
  { ...row('attended, starter pack', { libraryGuidance: undefined }), pack: 'starter' },
  mix(2),
  mix(1, 'text'),
  mix(0.25),
  start(0.3),
  start(0.1),
  row('sounds mixed, 0.5, start 0.2, of 4', { ...BOTH, candidates: 4 }),
  { ...row('attended, starter pack, of 4', { libraryGuidance: undefined, candidates: 4 }), pack: 'starter' },
  row('sounds mixed, 0.5, of 4', { libraryGuidance: 0.5, candidates: 4 }),
  row('start 0.2, of 4', { start: 0.2, candidates: 4 }),
];

const SAMPLES = 100;
const heardSchema = z.object({
  clap: z.array(z.number()),
  judged: z.object({ embedding: z.array(z.number()), posteriors: z.array(z.array(z.number())) }),
});
const madeSchema = z.object({ secondsPerTake: z.number(), heard: z.array(heardSchema) });

const [folder = '', count = '64'] = process.argv.slice(2);
const judge = resolve(folder, 'judge.onnx');
const { items } = await readSuite(resolve(folder, 'suite/captions.csv'), '');
const chosen = items.slice(0, Number(count));
const alone = createContext({ dataFolder: resolve(folder, 'alone'), pack: 'alone' });
const starter = createContext({ dataFolder: resolve(folder, 'starter') });
try {
  const library = await alone.library({});
  const prompts = await library.analyser.embedTexts(chosen.map(({ prompt }) => prompt));
  const real: Heard[] = [];
  for (const { sound = '' } of chosen) real.push(await listen(alone, library, sound, judge));
  const neighbours = await hearNeighbours(library, prompts);
  const against: Against = { prompts, neighbours, real };

  let none: readonly Heard[] | undefined;
  for (const each of ROWS) {
    const { heard, secondsPerTake } = await made(each);
    none ??= heard;
    const { clap, likenessToNeighbours, fad, kl, is } = measure(heard, against);
    const cells = [
      each.name.padEnd(36),
      clap.toFixed(3),
      likenessToNeighbours?.toFixed(3),
      likeness(heard, neighbours, real).toFixed(3),
      likeness(
        heard,
        real.map((sound) => [sound]),
        real,
      ).toFixed(3),
      fad?.toFixed(1),
      interval(heard, none, against, 'fad', 1),
      kl?.toFixed(2),
      interval(heard, none, against, 'kl', 2),
      is?.toFixed(2),
      secondsPerTake.toFixed(1),
    ];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
  }
} finally {
  await Promise.all([alone.close(), starter.close()]);
}

function row(name: string, settings: RequestedSettings, mixed: EmbeddingKind = 'audio'): Row {
  return {
    name,
    pack: 'alone',
    mixed,
    settings: { libraryGuidance: 0, start: 0, candidates: 1, ...settings },
  };
}

/** The takes of a row as the ears hear them; kept in a file. */
async function made(each: Row): Promise<{ heard: Heard[]; secondsPerTake: number }> {
  const takes = join(folder, 'takes', each.name);
  const kept = join(takes, `heard-${chosen.length}.json`);
  if (!existsSync(kept)) {
    await mkdir(takes, { recursive: true });
    const context = each.pack === 'alone' ? alone : starter;
    const library = await context.library({});
    const heard: Heard[] = [];
    const seconds: number[] = [];
    for (const [seed, { prompt }] of chosen.entries()) {
      const path = resolve(takes, `${String(seed).padStart(4, '0')}.wav`);
      if (!existsSync(path)) seconds.push(await make(context, library, each, prompt, seed, path));
      heard.push(await listen(context, library, path, judge));
    }
    const secondsPerTake = seconds.reduce((sum, each) => sum + each, 0) / Math.max(1, seconds.length);
    const asArray = (_: string, value: unknown) =>
      value instanceof Float32Array ? Array.from(value) : value;
    await writeFile(kept, JSON.stringify({ secondsPerTake, heard }, asArray));
  }
  const { secondsPerTake, heard } = madeSchema.parse(JSON.parse(await readFile(kept, 'utf8')));
  return {
    secondsPerTake,
    heard: heard.map(({ clap, judged: { embedding, posteriors } }) => ({
      clap: Float32Array.from(clap),
      judged: {
        embedding: Float32Array.from(embedding),
        posteriors: posteriors.map((head) => Float32Array.from(head)),
      },
    })),
  };
}

/** As `makeTakes` does, but for what is known of the neighbours. The neighbours' high band would be told from real sounds at 16 kHz. */
async function make(
  context: EngineContext,
  library: Library,
  { mixed, settings: wanted }: Row,
  prompt: string,
  seed: number,
  path: string,
): Promise<number> {
  const pack = await context.pack();
  const fixed = { prompt, seed, duration: 2.56, soundLength: 0, sampler: 'dpmpp', steps: 10 } as const;
  const plain = { highBand: 'plain', sampleRate: 16_000 } as const;
  const settings = checkSettings({ ...wanted, ...fixed, ...plain }, pack.manifest);
  const [vector = new Float32Array()] = await library.analyser.embedTexts([prompt]);
  const retrieved = await findNeighbours(library, vector, settings, { pins: [], bans: [] }, context.warn);
  const sounds = retrieved.neighbours.map(({ sound }) => sound);
  const embeddings = sounds.map(({ id }) => library.catalogue.embeddings.get(id, mixed, library.model));
  const jobs = [{ recipe: recipeOf(settings, retrieved, pack), path }];
  const timings = { setup: 0, retrieve: 0 };
  const began = performance.now();
  const report = await renderTakes(context, { pack, jobs, sounds, embeddings, began, timings }, {});
  return (report.timings.total - report.timings.setup) / 1000;
}

async function hearNeighbours(library: Library, prompts: readonly Float32Array[]): Promise<Heard[][]> {
  const { k } = (await alone.pack()).manifest.defaults;
  const known = new Map<string, Promise<Heard>>();
  const all: Heard[][] = [];
  for (const vector of prompts) {
    const wanted = { k, retrieval: 'both' } as const;
    const found = await findNeighbours(library, vector, wanted, { pins: [], bans: [] }, alone.warn);
    const hear = async (path: string, start: number, end: number): Promise<Heard> => {
      const key = `${path}:${start}`;
      const heard = known.get(key) ?? listen(alone, library, path, judge, { start, end });
      known.set(key, heard);
      return heard;
    };
    all.push(
      await Promise.all(found.neighbours.map(({ sound: { path, start, end } }) => hear(path, start, end))),
    );
  }
  return all;
}

/** Mean cosine of the judge's embeddings, less what all real sounds have in common. */
function likeness(
  takes: readonly Heard[],
  others: readonly (readonly Heard[])[],
  real: readonly Heard[],
): number {
  const dimension = real[0]?.judged?.embedding.length ?? 0;
  const common = Float32Array.from({ length: dimension }, (_, i) =>
    mean(real.map(({ judged }) => judged?.embedding[i] ?? 0)),
  );
  const centred = ({ judged }: Heard): Float32Array =>
    unit(common.map((value, i) => (judged?.embedding[i] ?? 0) - value));
  return mean(
    takes.flatMap((take, n) => others[n]?.map((other) => cosine(centred(take), centred(other))) ?? []),
  );
}

/** 90 % interval of the difference to the takes without the library, over samples of the prompts drawn with replacement. */
function interval(
  heard: readonly Heard[],
  none: readonly Heard[],
  { prompts, neighbours, real = [] }: Against,
  name: 'fad' | 'kl',
  digits: number,
): string {
  if (heard === none) return '';
  const differences = Array.from({ length: SAMPLES }, (_, sample) => {
    const drawn = Array.from({ length: heard.length }, (_, n) => {
      const [word] = philox([n, sample, 0, 0], [0, 0]);
      return Math.floor((word / 2 ** 32) * heard.length);
    });
    const of = <Item>(list: readonly Item[]): Item[] => drawn.flatMap((n) => list[n] ?? []);
    const against = {
      prompts: of(prompts),
      neighbours: drawn.map((n) => neighbours[n] ?? []),
      real: of(real),
    };
    return (measure(of(heard), against)[name] ?? 0) - (measure(of(none), against)[name] ?? 0);
  }).sort((a, b) => a - b);
  const at = (share: number) => (differences[Math.floor(share * SAMPLES)] ?? 0).toFixed(digits);
  return `${at(0.05)} to ${at(0.95)}`;
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
