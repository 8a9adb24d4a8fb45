import { isGuided } from '../diffusion/guidanceInterval.ts';
import { gaussianNoise } from '../diffusion/noise.ts';
import type { WeightedBands } from '../dsp/bandExtension.ts';
import { RefoleyError } from '../errors.ts';
import type { TakeManifest } from '../pack/manifest.ts';
import type { TextTokenizer } from '../text/tokenizer.ts';
import { branchesOf } from './branchesOf.ts';
import { audibleParts, withSurroundings, type Canvas } from './canvas.ts';
import { chooseCandidate } from './chooseCandidate.ts';
import type { LoadedEars } from './ears.ts';
import type { NeighbourSound } from './encodeNeighbours.ts';
import { mixdown } from '../dsp/mixdown.ts';
import { finish, finishPart } from './finish.ts';
import { createAudiogenModel } from './models/audiogen.ts';
import { createModel, drawsTokens } from './models/createModel.ts';
import type { Model, TokenModel } from './models/model.ts';
import type { GraphRunner } from './parts.ts';
import type { TakeSettings } from './settings.ts';
import { startNeighbour } from './startNeighbour.ts';

/** A pack in memory. */
export interface LoadedPack {
  readonly manifest: TakeManifest;
  readonly tokenizer: TextTokenizer;
  /** Of a second text encoder. */
  readonly tokenizer2?: TextTokenizer | undefined;
  readonly run: GraphRunner;
  /** The models that hear the library: this pack's own where it has them. */
  readonly ears: LoadedEars;
}

export interface Progress {
  readonly stage: 'encode' | 'sample' | 'decode' | 'vocode' | 'choose' | 'finish';
  /** How much of the stage is done. */
  readonly done: number;
  readonly of: number;
  /** The same in rows that the denoiser is shown, where steps take more or fewer of them. */
  readonly rows?: { readonly done: number; readonly of: number };
}

type Report = (progress: Progress) => void;

export interface Watch {
  readonly progress?: Report;
  /** An AbortSignal, looked at before every run of a graph. */
  readonly signal?: { readonly aborted: boolean } | undefined;
}

export interface Generated {
  /**
   * At `settings.sampleRate`, round(duration * sampleRate) samples, peak -1 dBFS; of a canvas the stretch that was made, as loud
   * as fits there.
   */
  readonly channels: readonly [Float32Array, ...Float32Array[]];
  /**
   * Per neighbour, its share of the attention that all of them received; of a model that attends to none, its share of what was
   * mixed into the prompt and of what the take begins from. They make 1, or 0 if none was heard.
   */
  readonly influence: readonly number[];
  /** Which of the seed's candidates it is. */
  readonly candidate: number;
  /** What the user should know although it worked. */
  readonly warnings: readonly string[];
}

/**
 * Text and neighbours to sound: Re-AudioLDM (Yuan et al., 2023), section 3, with a guidance weight each for the prompt
 * and for the library, and the best of several candidates, as AudioLDM (Liu et al., 2023) chooses by CLAP. Models that were
 * never shown neighbours follow the same steps, and those that draw tokens the last two.
 *
 * @param settings checked by `checkSettings`
 * @param canvas what is to be worked into, as long as the take: `start` is then how much of its own sound stays (SDEdit: Meng et
 *   al., 2022), not of a neighbour's
 * @throws RefoleyError 'cancelled' within one step of an abort; 'corrupt' when a graph does not fit the manifest;
 *   'internal' when the model makes nothing usable
 */
export async function generate(
  settings: TakeSettings,
  neighbours: readonly NeighbourSound[],
  pack: LoadedPack,
  { progress = () => undefined, signal }: Watch = {},
  canvas?: Canvas,
): Promise<Generated> {
  const stoppable =
    (run: GraphRunner): GraphRunner =>
    (part, inputs) => {
      if (signal?.aborted)
        throw new RefoleyError('cancelled', 'stopped before the take was finished; nothing was written');
      return run(part, inputs);
    };
  const { manifest, tokenizer, tokenizer2 } = pack;
  const run = stoppable(pack.run);
  const ears = { ...pack.ears, run: stoppable(pack.ears.run) };
  const heard = settings.retrieval === 'none' ? [] : neighbours;

  // 1 to 7. The candidates.
  const making = drawsTokens(manifest)
    ? await draw(settings, createAudiogenModel(manifest, tokenizer, run), progress)
    : await denoise(settings, heard, createModel({ manifest, tokenizer, tokenizer2, run }), progress, canvas);
  const { made, rate, warnings } = making;

  // 8. The candidate that fits the prompt and the neighbours best.
  progress({ stage: 'choose', done: 0, of: 1 });
  const audible = settings.retrieval === 'text' ? [] : heard;
  const toHear = canvas ? audibleParts(made, canvas, rate) : made;
  const chosen = await chooseCandidate(toHear, rate, settings.prompt, audible, ears);
  const best = made.find(({ index }) => index === chosen.index) ?? chosen;

  // 9. Exact length and sample rate, the neighbours' high band, level.
  progress({ stage: 'finish', done: 0, of: 1 });
  const full = canvas ? [{ ...canvas, weight: 1 }] : audible;
  const bands = settings.highBand === 'plain' ? [] : bandsOf(full);
  const { duration, sampleRate } = settings;
  const channels = canvas
    ? await finishPart(best.channels, rate, canvas, sampleRate, bands)
    : await finish(best.channels, rate, duration, sampleRate, bands);
  const influence = shareOut(best.influence, neighbours.length);
  return { channels, influence, candidate: best.index, warnings };
}

/** All candidates of a take. */
interface Making {
  readonly made: readonly Made[];
  /** Hz, of their waveforms. */
  readonly rate: number;
  readonly warnings: readonly string[];
}

/** Steps 1 to 7, from noise to waveforms. */
async function denoise(
  settings: TakeSettings,
  heard: readonly NeighbourSound[],
  model: Model,
  progress: Report,
  canvas: Canvas | undefined,
): Promise<Making> {
  // 1. What to begin with instead of noise alone, and what a part has to fit.
  progress({ stage: 'encode', done: 0, of: 1 });
  const size = model.latentSize(settings.duration);
  const weights = heard.map(({ weight }) => weight);
  const origin = settings.start > 0 && !canvas ? startNeighbour(settings.seed, weights) : undefined;
  const begun: Pick<NeighbourSound, 'samples' | 'stereo'> | undefined =
    canvas ?? (origin === undefined ? undefined : heard[origin]);
  const known = begun && (await model.encode(begun.samples, size, begun.stereo));
  const hasSound = known !== undefined && settings.start > 0;

  // 2. What the denoiser is told: the prompt (E_t), what to keep away from, the neighbours (E_ra and E_rt).
  const into = canvas && known && { latent: known, parts: [[canvas.start, canvas.end] as const] };
  const denoiser = await model.condition(settings, heard, size, into);
  const latentLength = size.channels * size.time * size.frequency;
  const branches = branchesOf(settings, model.attendsNeighbours && heard.length > 0).length;

  const tried = triedOf(settings);
  const candidates: Candidate[] = [];
  for (const index of tried) {
    // 3. Noise: a stream for each candidate, which starts with the latent and goes on with what the vocoder shapes.
    const noise = noiseOf(settings.seed, latentLength + size.noise, index, canvas?.alike);

    // 4. Where to begin: with noise, or with a sound that is noised as far as the steps left will mend.
    const { scheduler, first, isBegun } = model.planSampling(settings, hasSound, size, index);
    const latentNoise = noise.subarray(0, latentLength);
    let latent =
      known && isBegun
        ? scheduler.addNoise(known, latentNoise, first)
        : latentNoise.map((value) => value * scheduler.initNoiseSigma);

    // 5. Denoise.
    const influence = new Float64Array(heard.length);
    const all = scheduler.timesteps.length;
    const steps = [...scheduler.timesteps.entries()].slice(first).map(([step, timestep]) => {
      const guided = isGuided(settings.guidanceInterval, step, all);
      return { step, timestep, guided, rows: guided ? branches : 1 };
    });
    const rows = steps.reduce((sum, each) => sum + each.rows, 0);
    let rowsDone = candidates.length * rows;
    for (const [place, { step, timestep, guided, rows: shown }] of steps.entries()) {
      progress({
        stage: 'sample',
        done: candidates.length * steps.length + place,
        of: tried.length * steps.length,
        rows: { done: rowsDone, of: tried.length * rows },
      });
      rowsDone += shown;
      const denoised = await denoiser.denoise(latent, timestep, guided);
      latent = scheduler.step(denoised.prediction, step, latent);
      if (canvas && known && !model.fitsSurroundings) {
        const last = step + 1 === all;
        const there = last ? known : scheduler.addNoise(known, latentNoise, step + 1);
        latent = withSurroundings(latent, there, canvas, size, model.sampleRate);
      }
      for (let k = 0; k < influence.length; k++) influence[k]! += denoised.influence[k] ?? 0;
    }
    candidates.push({ index, latent, noise: noise.slice(latentLength), influence });
  }

  const made: Made[] = [];
  for (const candidate of candidates) {
    // 6. Latent to log-mel: the VAE's decoder.
    progress({ stage: 'decode', done: made.length, of: candidates.length });
    const decoded = await model.decode(candidate.latent, size);

    // 7. Log-mel to waveform: the vocoder.
    progress({ stage: 'vocode', done: made.length, of: candidates.length });
    const channels = await model.vocode(decoded, candidate.noise, size);
    const influence = model.attendsNeighbours
      ? candidate.influence
      : withOrigin(candidate.influence, origin, settings.start);
    made.push({ index: candidate.index, channels, waveform: mixdown(channels), influence });
  }
  return { made, rate: model.sampleRate, warnings: denoiser.warnings };
}

/** The same for a model that draws tokens: it begins with nothing, and hears no neighbours. */
async function draw(settings: TakeSettings, model: TokenModel, progress: Report): Promise<Making> {
  progress({ stage: 'encode', done: 0, of: 1 });
  const teller = await model.condition(settings);
  const tried = triedOf(settings);
  const drawn: number[][][] = [];
  for (const index of tried)
    drawn.push(
      await teller.draw(index, (done, of) =>
        progress({ stage: 'sample', done: drawn.length * of + done, of: tried.length * of }),
      ),
    );
  const made: Made[] = [];
  for (const [place, index] of tried.entries()) {
    progress({ stage: 'decode', done: place, of: tried.length });
    const channels = await model.decode(drawn[place] ?? []);
    made.push({ index, channels, waveform: mixdown(channels), influence: new Float64Array() });
  }
  return { made, rate: model.sampleRate, warnings: teller.warnings };
}

/** Further channels have streams of their own, after those of all candidates. */
const CHANNEL_STREAMS = 1024;

function noiseOf(seed: number, length: number, candidate: number, alike = 1): Float32Array {
  const noise = gaussianNoise(seed, length, candidate);
  if (alike >= 1) return noise;
  const other = gaussianNoise(seed, length, CHANNEL_STREAMS + candidate);
  const rest = Math.sqrt(1 - alike ** 2);
  return noise.map((value, n) => alike * value + rest * other[n]!);
}

/** One way that the seed's noise went. */
interface Candidate {
  readonly index: number;
  readonly latent: Float32Array;
  /** What the vocoder shapes. */
  readonly noise: Float32Array;
  /** Attention that each neighbour received, over all steps. */
  readonly influence: Float64Array;
}

interface Made {
  readonly index: number;
  /** What `Generated` says of each neighbour, still to be brought to 1. */
  readonly influence: Float64Array;
  readonly channels: readonly [Float32Array, ...Float32Array[]];
  /** All channels in one, for whoever listens. */
  readonly waveform: Float32Array;
}

/** With the neighbour that a take begins from, as much as it began from it. */
function withOrigin(influence: Float64Array, origin: number | undefined, share: number): Float64Array {
  if (origin === undefined) return influence;
  const total = influence.reduce((sum, each) => sum + each, 0);
  return influence.map(
    (each, k) => (total > 0 ? (1 - share) * (each / total) : 0) + (k === origin ? share : 0),
  );
}

function bandsOf(sounds: readonly Pick<NeighbourSound, 'bands' | 'weight'>[]): WeightedBands[] {
  return sounds.flatMap(({ bands, weight }) => (bands ? [{ frames: bands, weight }] : []));
}

/** Candidates of the seed: all of them until it is known which is the best. */
function triedOf({ candidate, candidates }: TakeSettings): number[] {
  return candidate === undefined ? Array.from({ length: candidates }, (_, index) => index) : [candidate];
}

function shareOut(influence: Float64Array, neighbours: number): number[] {
  const total = influence.reduce((sum, share) => sum + share, 0);
  return Array.from({ length: neighbours }, (_, k) => (total > 0 ? (influence[k] ?? 0) / total : 0));
}
