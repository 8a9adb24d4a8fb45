import { combineBranches, type Branch } from '../diffusion/guidance.ts';
import { gaussianNoise } from '../diffusion/noise.ts';
import type { WeightedBands } from '../dsp/bandExtension.ts';
import { RefoleyError } from '../errors.ts';
import type { PackManifest } from '../pack/manifest.ts';
import type { TextTokenizer } from '../text/tokenizer.ts';
import { audibleParts, withSurroundings, type Canvas } from './canvas.ts';
import { encodeStart } from './encodeStart.ts';
import { chooseCandidate } from './chooseCandidate.ts';
import { encodeNeighbours, type LibraryContext, type NeighbourSound } from './encodeNeighbours.ts';
import { embedTexts, encodeTexts } from './encodeTexts.ts';
import { finish, finishPart } from './finish.ts';
import { MASKED, type GraphRunner } from './parts.ts';
import { planSampling } from './planSampling.ts';
import type { TakeSettings } from './settings.ts';
import { latentSize } from './sizes.ts';
import { startNeighbour } from './startNeighbour.ts';
import { float32, join, outputOf, repeat, rows } from './tensors.ts';

/** A pack in memory. */
export interface LoadedPack {
  readonly manifest: PackManifest;
  readonly tokenizer: TextTokenizer;
  readonly run: GraphRunner;
}

export interface Progress {
  readonly stage: 'encode' | 'sample' | 'decode' | 'vocode' | 'choose' | 'finish';
  /** How much of the stage is done. */
  readonly done: number;
  readonly of: number;
}

export interface Watch {
  readonly progress?: (progress: Progress) => void;
  /** An AbortSignal, looked at before every run of a graph. */
  readonly signal?: { readonly aborted: boolean } | undefined;
}

export interface Generated {
  /**
   * Mono at `settings.sampleRate`, round(duration * sampleRate) of them, peak -1 dBFS; of a canvas the stretch that was made, as
   * loud as fits there.
   */
  readonly samples: Float32Array;
  /** Per neighbour, its share of the attention that all of them received; they make 1, or 0 if none was heard. */
  readonly influence: readonly number[];
  /** Which of the seed's candidates it is. */
  readonly candidate: number;
  /** What the user should know although it worked. */
  readonly warnings: readonly string[];
}

/**
 * Text and neighbours to sound: Re-AudioLDM (Yuan et al., 2023), section 3, with a guidance weight each for the prompt
 * and for the library, and the best of several candidates, as AudioLDM (Liu et al., 2023) chooses by CLAP.
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
  { manifest, tokenizer, run: runGraph }: LoadedPack,
  { progress = () => undefined, signal }: Watch = {},
  canvas?: Canvas,
): Promise<Generated> {
  const { audio, conditioning } = manifest;
  const run: GraphRunner = (part, inputs) => {
    if (signal?.aborted)
      throw new RefoleyError('cancelled', 'stopped before the take was finished; nothing was written');
    return runGraph(part, inputs);
  };

  // 1. E_t: the CLAP embedding of the prompt, and of what to keep away from.
  progress({ stage: 'encode', done: 0, of: 2 });
  const { prompt, negative } = settings;
  const texts = await encodeTexts(
    negative === '' ? [prompt] : [prompt, negative],
    run,
    tokenizer,
    conditioning,
  );
  const [promptEmbedding, negativeEmbedding] = await embedTexts(texts, run, conditioning.clapDimension);
  const noText = negativeEmbedding ?? new Float32Array(conditioning.clapDimension);
  const warnings = texts.truncated.some(Boolean)
    ? [`only the first ${conditioning.textTokens} tokens of the prompt count: shorten it`]
    : [];

  // 2. E_ra and E_rt: AudioMAE and text tokens of the neighbours.
  progress({ stage: 'encode', done: 1, of: 2 });
  const heard = settings.retrieval === 'none' ? [] : neighbours;
  const library = await encodeNeighbours(heard, settings.retrieval, run, tokenizer, manifest);

  // 3. The sampler, and one branch per term of the guidance, all of them in one batch.
  const { scheduler, branches, timestepOffset } = planSampling(settings, heard.length > 0, manifest);
  const condition = {
    ...conditionBatch(branches, promptEmbedding ?? noText, noText, library, conditioning),
    ...(conditioning.soundLength && { seconds: constant(branches.length, settings.soundLength) }),
  };

  const size = latentSize(settings.duration, manifest);
  const latentLength = size.channels * size.time * size.frequency;
  const dims = [branches.length, size.channels, size.time, size.frequency];
  const first = Math.min(
    Math.round(settings.start * scheduler.timesteps.length),
    scheduler.timesteps.length - 1,
  );
  const weights = heard.map(({ weight }) => weight);
  const origin = first > 0 ? heard[startNeighbour(settings.seed, weights) ?? 0] : undefined;
  const begun = canvas ?? origin;
  const known = begun && (await encodeStart(begun.samples, size, run, manifest));
  const beginning = first > 0 ? known : undefined;
  const steps = [...scheduler.timesteps.entries()].slice(beginning ? first : 0);

  const tried = settings.candidate === undefined ? upTo(settings.candidates) : [settings.candidate];
  const candidates: Candidate[] = [];
  for (const index of tried) {
    // 4. Noise: a stream for each candidate, which starts with the latent and goes on with what the vocoder shapes.
    const noise = noiseOf(settings.seed, latentLength + size.samples, index, canvas?.alike);

    // 5. Where to begin: with noise, or with a sound that is noised as far as the steps left will mend.
    const latentNoise = noise.subarray(0, latentLength);
    let latent = beginning
      ? scheduler.addNoise(beginning, latentNoise, first)
      : latentNoise.map((value) => value * scheduler.initNoiseSigma);

    // 6. Denoise. The same latent enters every branch; their predictions are combined into one.
    const influence = new Float64Array(library.count);
    for (const [place, [step, timestep]] of steps.entries()) {
      const done = candidates.length * steps.length + place;
      progress({ stage: 'sample', done, of: tried.length * steps.length });
      const outputs = await run('unet', {
        ...condition,
        sample: float32(dims, repeat(latent, branches.length)),
        timestep: constant(branches.length, timestep + timestepOffset),
      });
      const predictions = rows(outputOf(outputs, 'unet', 'prediction', dims), branches.length);
      latent = scheduler.step(combineBranches(branches, predictions), step, latent);
      if (canvas && known) {
        const last = step + 1 === scheduler.timesteps.length;
        const there = last ? known : scheduler.addNoise(known, latentNoise, step + 1);
        latent = withSurroundings(latent, there, canvas, size, manifest);
      }

      const shares = rows(
        outputOf(outputs, 'unet', 'influence', [branches.length, library.count]),
        branches.length,
      );
      shares[branches.findIndex((branch) => branch.library)]?.forEach(
        (share, k) => (influence[k] = (influence[k] ?? 0) + share),
      );
    }
    candidates.push({ index, latent, noise: noise.slice(latentLength), influence });
  }

  const made: (Candidate & { readonly waveform: Float32Array })[] = [];
  const melDims = [1, size.frames, audio.melBins];
  for (const candidate of candidates) {
    // 7. Latent to log-mel: the VAE's decoder.
    progress({ stage: 'decode', done: made.length, of: candidates.length });
    const decoded = await run('vaeDecoder', { latent: float32([1, ...dims.slice(1)], candidate.latent) });
    const logMel = outputOf(decoded, 'vaeDecoder', 'log_mel', melDims);

    // 8. Log-mel to waveform: the vocoder.
    progress({ stage: 'vocode', done: made.length, of: candidates.length });
    const vocoded = await run('vocoder', {
      log_mel: float32(melDims, logMel),
      noise: float32([1, size.samples], candidate.noise),
    });
    made.push({ ...candidate, waveform: outputOf(vocoded, 'vocoder', 'waveform', [1, size.samples]) });
  }

  // 9. The candidate that fits the prompt and the neighbours best.
  progress({ stage: 'choose', done: 0, of: 1 });
  const audible = settings.retrieval === 'text' ? [] : heard;
  const toHear = canvas ? audibleParts(made, canvas, audio.sampleRate) : made;
  const chosen = await chooseCandidate(toHear, promptEmbedding ?? noText, audible, run, manifest);
  const best = made.find(({ index }) => index === chosen.index) ?? chosen;

  // 10. Exact length and sample rate, the neighbours' high band, level.
  progress({ stage: 'finish', done: 0, of: 1 });
  const full = canvas ? [{ ...canvas, weight: 1 }] : audible;
  const bands = settings.highBand === 'plain' ? [] : bandsOf(full);
  const { duration, sampleRate } = settings;
  const samples = canvas
    ? await finishPart(best.waveform, audio.sampleRate, canvas, sampleRate, bands)
    : await finish(best.waveform, audio.sampleRate, duration, sampleRate, bands);
  const influence = shareOut(best.influence, neighbours.length);
  return { samples, influence, candidate: best.index, warnings };
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

/** The inputs of the UNet that stay the same over all steps, a row for each branch. */
function conditionBatch(
  branches: readonly Branch[],
  prompt: Float32Array,
  noText: Float32Array,
  { count, audioTokens, textTokens, tokenBias }: LibraryContext,
  sizes: PackManifest['conditioning'],
) {
  const batch = branches.length;
  const deaf = new Float32Array(tokenBias.length).fill(MASKED);
  const tokens = sizes.audioTokens + sizes.textTokens;
  return {
    text_embedding: float32(
      [batch, sizes.clapDimension],
      join(branches.map(({ text }) => (text ? prompt : noText))),
    ),
    audio_tokens: float32(
      [batch, count, sizes.audioTokens, sizes.audioDimension],
      repeat(audioTokens, batch),
    ),
    text_tokens: float32([batch, count, sizes.textTokens, sizes.textDimension], repeat(textTokens, batch)),
    token_bias: float32(
      [batch, count, tokens],
      join(branches.map((branch) => (branch.library ? tokenBias : deaf))),
    ),
  };
}

function constant(length: number, value: number) {
  return float32([length], new Float32Array(length).fill(value));
}

function bandsOf(sounds: readonly Pick<NeighbourSound, 'bands' | 'weight'>[]): WeightedBands[] {
  return sounds.flatMap(({ bands, weight }) => (bands ? [{ frames: bands, weight }] : []));
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function shareOut(influence: Float64Array, neighbours: number): number[] {
  const total = influence.reduce((sum, share) => sum + share, 0);
  return Array.from({ length: neighbours }, (_, k) => (total > 0 ? (influence[k] ?? 0) / total : 0));
}
