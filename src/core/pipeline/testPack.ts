import type { RefoleyManifest } from '../pack/refoleyManifest.ts';
import type { TextTokenizer } from '../text/tokenizer.ts';
import type { LoadedPack } from './generate.ts';
import type { GraphRunner, Tensors } from './parts.ts';
import { float32 } from './tensors.ts';

/** A pack for tests: small shapes, arithmetic in place of graphs, and a record of what each graph was asked. */
export interface TestPack extends LoadedPack {
  readonly asked: { readonly part: string; readonly inputs: Tensors }[];
}

const graph = {
  file: 'x.onnx',
  sha256: '0'.repeat(64),
  bytes: 1,
  parameters: 0,
  storage: 'fp32',
  maxAbsDifference: 0,
} as const;

export const testManifest: RefoleyManifest = {
  format: 1,
  name: 'test',
  version: '1',
  description: '',
  licence: '',
  attributions: [],
  graphs: {
    textEncoder: graph,
    clapText: graph,
    clapAudio: graph,
    audioMae: graph,
    unet: graph,
    vaeEncoder: graph,
    vaeDecoder: graph,
    vocoder: graph,
  },
  tokenizer: { ...graph, config: graph },
  audio: {
    sampleRate: 16_000,
    fftSize: 1024,
    hop: 160,
    melBins: 64,
    fbankBins: 128,
    fbankFrames: 256,
    logFloor: 1e-5,
  },
  latent: { channels: 2, frequency: 16, compression: 4, timeMultiple: 8 },
  conditioning: {
    clapDimension: 4,
    audioTokens: 3,
    audioDimension: 5,
    textTokens: 6,
    textDimension: 7,
    maxNeighbours: 10,
    attendsNeighbours: true,
    soundLength: true,
  },
  scheduler: {
    trainTimesteps: 1000,
    betaSchedule: 'scaled_linear',
    betaStart: 0.0015,
    betaEnd: 0.0195,
    predictionType: 'v_prediction',
    timestepSpacing: 'trailing',
    stepsOffset: 0,
    setAlphaToOne: true,
    shift: 1,
  },
  distilled: { steps: 2, timestepOffset: 1000, guidance: 2, libraryGuidance: 3, start: 0, candidates: 1 },
  defaults: {
    duration: 1,
    steps: 4,
    sampler: 'dpmpp',
    guidance: 2,
    libraryGuidance: 3,
    k: 3,
    start: 0,
    candidates: 1,
  },
  similarity: { textToText: { mean: 0, std: 1 }, textToAudio: { mean: 0, std: 1 } },
};

/** A token for each letter, so that a test can count them. */
const tokenizer: TextTokenizer = {
  encode(text, length) {
    const ids = Array.from(text)
      .slice(0, length)
      .map((letter) => letter.codePointAt(0) ?? 0);
    const padding = Array<number>(length - ids.length).fill(0);
    return {
      ids: [...ids, ...padding],
      attentionMask: [...ids.map(() => 1), ...padding],
      truncated: text.length > length,
    };
  },
};

export function createTestPack(): TestPack {
  const asked: { part: string; inputs: Tensors }[] = [];
  const { conditioning, audio, latent } = testManifest;
  const run: GraphRunner = (part, inputs) => {
    asked.push({ part, inputs });
    const first = Object.values(inputs)[0]?.dims ?? [];
    const batch = first[0] ?? 1;
    switch (part) {
      case 'textEncoder': {
        const ids = inputs['input_ids']?.data ?? [];
        const states = Float32Array.from({ length: ids.length * conditioning.textDimension }, (_, i) =>
          Number(ids[Math.floor(i / conditioning.textDimension)] ?? 0),
        );
        return result({ last_hidden_state: float32([...first, conditioning.textDimension], states) });
      }
      case 'clapText': {
        const data = floatInput(inputs, 'token_states');
        const each = data.length / batch;
        const embedding = Float32Array.from({ length: batch * conditioning.clapDimension }, (_, i) =>
          mean(data.subarray(Math.floor(i / conditioning.clapDimension) * each).subarray(0, each)),
        );
        return result({ embedding: float32([batch, conditioning.clapDimension], embedding) });
      }
      case 'audioMae': {
        const data = floatInput(inputs, 'fbank');
        const each = conditioning.audioTokens * conditioning.audioDimension;
        const tokens = Float32Array.from({ length: batch * each }, (_, i) => {
          const row = (Math.floor(i / each) * data.length) / batch;
          return mean(data.subarray(row, row + data.length / batch));
        });
        return result({
          tokens: float32([batch, conditioning.audioTokens, conditioning.audioDimension], tokens),
        });
      }
      case 'unet': {
        const sample = floatInput(inputs, 'sample');
        const each = sample.length / batch;
        const bias = inputs['token_bias']?.dims ?? [];
        const count = bias[1] ?? 1;
        const text = floatInput(inputs, 'text_embedding');
        const seconds = floatInput(inputs, 'seconds');
        const audioTokens = floatInput(inputs, 'audio_tokens');
        const heard = floatInput(inputs, 'token_bias').map(Math.exp);
        const influence = Float32Array.from({ length: batch * count }, (_, i) => {
          const tokens = heard.length / (batch * count);
          return heard.subarray(i * tokens, (i + 1) * tokens).reduce((sum, share) => sum + share, 0);
        });
        const prediction = sample.map((value, i) => {
          const row = Math.floor(i / each);
          const library = mean(audioTokens) * mean(influence.subarray(row * count, (row + 1) * count));
          const asked = (text[row * conditioning.clapDimension] ?? 0) + (seconds[row] ?? 0);
          return 0.1 * value + 0.001 * asked + 0.01 * library;
        });
        return result({
          prediction: float32(inputs['sample']?.dims ?? [], prediction),
          influence: float32([batch, count], influence),
        });
      }
      case 'vaeEncoder': {
        const data = floatInput(inputs, 'log_mel');
        const time = (first[1] ?? 0) / latent.compression;
        const size = latent.channels * time * latent.frequency;
        const encoded = Float32Array.from({ length: size }, (_, i) => 0.1 * (data[i % data.length] ?? 0));
        return result({ latent: float32([1, latent.channels, time, latent.frequency], encoded) });
      }
      case 'vaeDecoder': {
        const time = first[2] ?? 0;
        const data = floatInput(inputs, 'latent');
        const frames = time * latent.compression;
        const logMel = Float32Array.from(
          { length: frames * audio.melBins },
          (_, i) => data[i % data.length] ?? 0,
        );
        return result({ log_mel: float32([1, frames, audio.melBins], logMel) });
      }
      case 'vocoder': {
        const mel = floatInput(inputs, 'log_mel');
        const noise = floatInput(inputs, 'noise');
        const waveform = noise.map((value, i) => 0.1 * value + (mel[i % mel.length] ?? 0) + 0.3);
        return result({ waveform: float32([1, noise.length], waveform) });
      }
      case 'clapAudio': {
        // A direction that turns with how loud the sound is.
        const angle = 50 * mean(floatInput(inputs, 'mel'));
        const embedding = Float32Array.from({ length: conditioning.clapDimension }, (_, i) =>
          i === 0 ? Math.cos(angle) : i === 1 ? Math.sin(angle) : 0,
        );
        return result({ embedding: float32([1, conditioning.clapDimension], embedding) });
      }
      default:
        throw new Error(`there is no ${part}`);
    }
  };
  const models = { manifest: testManifest, tokenizer, run };
  return { ...models, ears: models, asked };
}

function result(tensors: Tensors): Promise<Tensors> {
  return Promise.resolve(tensors);
}

export function floatInput(inputs: Tensors, name: string): Float32Array {
  const tensor = inputs[name];
  if (tensor?.type !== 'float32') throw new Error(`no float input ${name}`);
  return tensor.data;
}

function mean(data: Float32Array): number {
  return data.reduce((sum, value) => sum + value, 0) / data.length;
}
