import { createFlow } from '../../diffusion/flow.ts';
import { gaussianNoise } from '../../diffusion/noise.ts';
import { projectedGuidance } from '../../diffusion/projectedGuidance.ts';
import { RefoleyError } from '../../errors.ts';
import type { StableAudio3Manifest } from '../../pack/checkpointManifest.ts';
import type { TextTokenizer } from '../../text/tokenizer.ts';
import type { GraphRunner } from '../parts.ts';
import { constant, float32, int64, join, outputOf, repeat, rowOf, rows } from '../tensors.ts';
import { ROOM, waveLatentSize } from './latentSize.ts';
import type { KnownSound, LatentSize, Model } from './model.ts';

/** What the model is told of its sizes. */
export type WaveFormat = Pick<StableAudio3Manifest, 'name' | 'audio' | 'latent' | 'conditioning'>;

/** Streams of noise that "pingpong" adds on its way, apart from those that candidates begin with. */
const STEP_STREAMS = 2 ** 20;
/** More than there are steps. */
const STREAMS_EACH = 1024;

/**
 * Stable Audio 3 (Evans et al., 2026) as its reference implementation runs it. It knows no neighbours, and what it shares with CLAP
 * is nothing: a neighbour is what a take begins from, or has no part in it.
 *
 * | part | inputs | outputs |
 * | --- | --- | --- |
 * | textEncoder | input_ids, attention_mask int64 [B, L] | states [B, L, D] |
 * | conditioner | states [B, 256, D], attention_mask int64 [B, 256], length [B], shown [B, 257] | context, global_embed |
 * | dit | latent [B, C, T], timestep [B], context, global_embed, local [B, 1 + C, T or 1], valid int64 [B, T] | velocity [B, C, T] |
 * | autoencoderEncoder | waveform [B, 2, S] | latent [B, C, T] |
 * | autoencoderDecoder | latent [B, C, T] | waveform [B, 2, S] |
 */
export function createStableAudio3Model(
  manifest: WaveFormat,
  tokenizer: TextTokenizer,
  run: GraphRunner,
): Model {
  const { audio, latent: format, conditioning } = manifest;
  const { sampleRate } = audio;
  const { samplesPerFrame } = format;
  const { textTokens, textDimension } = conditioning;

  /** [textTokens, textDimension]. Padding is not encoded: the conditioner puts its own in the place. */
  const encodeText = async (ids: readonly number[]): Promise<Float32Array> => {
    const states = new Float32Array(textTokens * textDimension);
    if (ids.length === 0) return states;
    const dims = [1, ids.length];
    const encoded = await run('textEncoder', {
      input_ids: int64(dims, ids),
      attention_mask: int64(dims, ones(ids.length, ids.length)),
    });
    states.set(outputOf(encoded, 'textEncoder', 'states', [...dims, textDimension]));
    return states;
  };

  /** What is there already around what is to be made: a mask, and the latent under it. Without it one frame stands for all. */
  const localOf = (known: KnownSound | undefined, seconds: number, { channels, time }: LatentSize) => {
    if (!known) return new Float32Array(1 + channels);
    const mask = keptFrames(known.parts, seconds, time, manifest);
    return join([mask, known.latent.map((value, i) => value * mask[i % time]!)]);
  };

  return {
    sampleRate,
    attendsNeighbours: false,
    fitsSurroundings: true,

    latentSize: (seconds) => waveLatentSize(seconds, manifest),

    planSampling({ sampler, steps, start, seed }, hasSound, size, candidate) {
      if (sampler === 'ddim' || sampler === 'distilled' || sampler === 'tokens')
        throw new RefoleyError('input', `the pack '${manifest.name}' has no sampler '${sampler}'`);
      const length = size.channels * size.time;
      const stream = STEP_STREAMS + STREAMS_EACH * candidate;
      const noise = (step: number) => gaussianNoise(seed, length, stream + step);
      const scheduler = createFlow({ sampler, steps, noise });
      if (!hasSound) return { scheduler, first: 0, isBegun: false };
      // The reference begins every schedule anew below its highest share of noise, and its second step is noisier than that: next to
      // nothing of a sound is left. A later step of the whole schedule keeps it, as far as `start` asks for.
      const kept = scheduler.timesteps.findIndex((share) => share <= 1 - start);
      const first = kept === -1 ? steps - 1 : kept;
      return { scheduler, first, isBegun: first > 0 };
    },

    async condition({ prompt, negative, guidance, duration }, neighbours, size, known) {
      const whole = tokenizer.encode(prompt, textTokens);
      // Beside a text to keep away from its padding is hidden and the length is not; without one all is.
      const away = negative === '' ? undefined : tokenizer.encode(negative, textTokens);
      const texts = [whole, ...(guidance === 1 ? [] : [away])].map((text) =>
        (text?.ids ?? []).slice(0, (text?.attentionMask.lastIndexOf(1) ?? -1) + 1),
      );
      const batch = texts.length;
      const hidden = away ? [...ones(texts[1]?.length ?? 0, textTokens), 1] : ones(0, textTokens + 1);
      const shown = [ones(textTokens + 1, textTokens + 1), hidden].slice(0, batch);
      const states = [];
      for (const ids of texts) states.push(await encodeText(ids));
      const { context, global_embed: globalEmbed } = await run('conditioner', {
        states: float32([batch, textTokens, textDimension], join(states)),
        attention_mask: int64(
          [batch, textTokens],
          texts.flatMap(({ length }) => ones(length, textTokens)),
        ),
        length: float32([batch], new Float32Array(batch).fill(duration / conditioning.lengthSeconds)),
        shown: float32([batch, textTokens + 1], Float32Array.from(shown.flat())),
      });
      if (!context || !globalEmbed)
        throw new RefoleyError(
          'corrupt',
          `the conditioner of pack '${manifest.name}' gave nothing: add it again`,
        );

      const { channels, time } = size;
      const local = localOf(known, duration, size);
      const wanted = Math.ceil(Math.floor(duration * sampleRate) / samplesPerFrame);
      const valid = Math.min(wanted + Math.floor((ROOM * sampleRate) / samplesPerFrame), time);
      const constants = {
        ...{ context, global_embed: globalEmbed },
        local: float32([batch, 1 + channels, local.length / (1 + channels)], repeat(local, batch)),
        valid: int64(
          [batch, time],
          texts.flatMap(() => ones(valid, time)),
        ),
      };
      const alone = rowOf(constants, 0, batch);
      return {
        warnings: [whole, away].some((text) => text?.truncated)
          ? [`only the first ${textTokens} tokens of a text count: shorten the prompt`]
          : [],
        async denoise(sample, share, isGuided) {
          const count = isGuided ? batch : 1;
          const dims = [count, channels, time];
          const outputs = await run('dit', {
            ...(isGuided ? constants : alone),
            latent: float32(dims, repeat(sample, count)),
            timestep: constant(count, share),
          });
          const velocity = outputOf(outputs, 'dit', 'velocity', dims);
          const [conditional = velocity, unconditional] = rows(velocity, count);
          const prediction = unconditional
            ? projectedGuidance({
                ...{ sample, conditional, unconditional, share, guidance },
                projected: conditioning.projected,
              })
            : conditional;
          return { prediction, influence: new Float32Array(neighbours.length) };
        },
      };
    },

    async encode(samples, { channels, time }, stereo = [samples, samples]) {
      const length = time * samplesPerFrame;
      const sides = stereo.map((side) => {
        const padded = new Float32Array(length);
        padded.set(side.subarray(0, length));
        return padded;
      });
      const waveform = float32([1, audio.channels, length], join(sides));
      const outputs = await run('autoencoderEncoder', { waveform });
      return outputOf(outputs, 'autoencoderEncoder', 'latent', [1, channels, time]);
    },

    async decode(latent, { channels, time }) {
      const outputs = await run('autoencoderDecoder', { latent: float32([1, channels, time], latent) });
      const dims = [1, audio.channels, time * samplesPerFrame];
      return outputOf(outputs, 'autoencoderDecoder', 'waveform', dims);
    },

    vocode(decoded, _noise, { samples }) {
      const [left = decoded, ...others] = rows(decoded, audio.channels).map((channel) =>
        channel.subarray(0, samples).map((x) => Math.max(-1, Math.min(1, x))),
      );
      return Promise.resolve([left, ...others]);
    },
  };
}

/** 1 where the sound is kept. A frame is what its first sample is. */
function keptFrames(
  parts: KnownSound['parts'],
  seconds: number,
  frames: number,
  { audio: { sampleRate }, latent: { samplesPerFrame } }: WaveFormat,
): Float32Array {
  return Float32Array.from({ length: frames }, (_, frame) => {
    const sample = frame * samplesPerFrame;
    const isMade = parts.some(
      ([from, to]) => sample >= Math.floor(from * sampleRate) && sample < Math.floor(to * sampleRate),
    );
    return isMade || sample >= Math.floor(seconds * sampleRate) ? 0 : 1;
  });
}

function ones(count: number, length: number): number[] {
  return Array.from({ length }, (_, i) => +(i < count));
}
