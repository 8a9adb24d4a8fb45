import type { Recipe } from '#core/pipeline/recipe.ts';
import type { StoredSound } from '../catalogue/sound.ts';
import type { EngineContext, Work } from '../context.ts';
import { replaceFile } from '../files/replaceFile.ts';
import type { GenerateOutput } from '../inference/jobs.ts';
import type { CanvasFile } from '../inference/readCanvas.ts';
import type { TakePack } from '../packs/pack.ts';
import { generateTake } from './generateTake.ts';

export interface TakeReport {
  readonly path: string;
  /** Of the file. */
  readonly sha256: string;
  readonly seconds: number;
  readonly sampleRate: number;
  readonly bits: number;
  readonly channels: number;
  readonly seed: number;
  /** Integrated, LUFS. */
  readonly loudness: number;
  readonly recipe: Recipe;
}

export interface NeighbourReport {
  readonly id: number;
  readonly caption: string;
  readonly path: string;
  readonly licence: string;
  readonly author: string;
  readonly similarity: number;
  readonly weight: number;
  readonly pinned: boolean;
  /** Mean over the takes. */
  readonly influence: number;
}

/** Milliseconds, added up over the takes. */
export type Timings = GenerateOutput['timings'] & { readonly retrieve: number; readonly total: number };

export interface TakesReport {
  readonly takes: readonly TakeReport[];
  readonly neighbours: readonly NeighbourReport[];
  /** Nearer sounds that must not condition takes: the nearest of them, and how many there were. */
  readonly passedOver: NonNullable<Recipe['passedOver']>;
  readonly passedOverCount: number;
  readonly timings: Timings;
}

export interface Rendering {
  readonly pack: TakePack;
  /** All with the same neighbours. */
  readonly jobs: readonly {
    readonly recipe: Recipe;
    readonly path: string;
    readonly canvas?: CanvasFile | undefined;
  }[];
  /** The neighbours, in the recipes' order. */
  readonly sounds: readonly StoredSound[];
  /** How they sound, where the library knows it; needed to choose among candidates. */
  readonly embeddings?: readonly (Float32Array | undefined)[] | undefined;
  /** When the work began, on the clock of `performance.now`. */
  readonly began: number;
  /** What it took so far. */
  readonly timings: { readonly setup: number; readonly retrieve: number };
  readonly onTake?: ((take: TakeReport) => void) | undefined;
}

/** Makes takes from their recipes, one after another. Each file appears whole under its name, or not at all. */
export async function renderTakes(
  context: EngineContext,
  { pack, jobs, sounds, embeddings, began, timings: before, onTake }: Rendering,
  work: Work,
): Promise<TakesReport> {
  const regions = sounds.map(({ path, start, end }, k) => ({ path, start, end, embedding: embeddings?.[k] }));
  const takes: TakeReport[] = [];
  const timings = { ...before, encode: 0, sample: 0, decode: 0, vocode: 0, choose: 0, finish: 0, total: 0 };
  const warnings = new Set<string>();

  for (const { recipe, path, canvas } of jobs) {
    let output: GenerateOutput | undefined;
    await replaceFile(path, async (temporary) => {
      output = await generateTake(context, pack, { recipe, sounds: regions, canvas, out: temporary }, work);
    });
    if (!output) throw new Error(`nothing was written to ${path}`);
    for (const stage of ['setup', 'encode', 'sample', 'decode', 'vocode', 'choose', 'finish'] as const) {
      timings[stage] += output.timings[stage];
    }
    for (const warning of output.warnings) warnings.add(warning);
    const { sha256, seconds, channels, loudness } = output;
    const { sampleRate, bits, seed } = recipe;
    const take = { path, sha256, seconds, sampleRate, bits, channels, seed, loudness, recipe: output.recipe };
    takes.push(take);
    onTake?.(take);
  }

  for (const warning of warnings) context.warn(warning);
  timings.total = performance.now() - began;
  const { passedOver = [], passedOverCount = passedOver.length } = takes[0]?.recipe ?? {};
  return { takes, neighbours: neighbourReports(takes, sounds), passedOver, passedOverCount, timings };
}

function neighbourReports(takes: readonly TakeReport[], sounds: readonly StoredSound[]): NeighbourReport[] {
  const recipeNeighbours = takes[0]?.recipe.neighbours ?? [];
  return recipeNeighbours.map(({ id, caption, licence, author = '', similarity, weight, pinned }, k) => {
    const shares = takes.map(({ recipe }) => recipe.neighbours[k]?.influence ?? 0);
    const influence = shares.reduce((sum, share) => sum + share, 0) / takes.length;
    const path = sounds[k]?.path ?? '';
    return { id, caption, path, licence, author, similarity, weight, pinned, influence };
  });
}
