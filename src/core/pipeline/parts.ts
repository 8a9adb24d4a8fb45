import type { PartName } from '../pack/manifest.ts';

/** A dense row-major tensor. Integer inputs (token ids) are int64 in the graphs. */
export type Tensor = FloatTensor | LongTensor;

export interface FloatTensor {
  readonly type: 'float32';
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

export interface LongTensor {
  readonly type: 'int64';
  readonly dims: readonly number[];
  readonly data: BigInt64Array;
}

export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * Runs one part of a pack. onnxruntime in a child process in the product, a fake in tests.
 *
 * | part | inputs | outputs |
 * | --- | --- | --- |
 * | textEncoder | input_ids, attention_mask, token_type_ids int64 [B, L] | last_hidden_state [B, L, 384] |
 * | clapText | token_states [B, L, 384], attention_mask float [B, L] | embedding [B, 512], unit length |
 * | clapAudio | mel [N, 100, 96], the blocks of ONE sound | embedding [1, 512], unit length |
 * | audioMae | fbank [B, 256, 128] | tokens [B, 32, D] |
 * | unet | sample [B, 8, T, 16], timestep float [B], text_embedding [B, 512], seconds [B] (if the manifest says `soundLength`), audio_tokens [B, K, 32, D], text_tokens [B, K, 50, 384], token_bias [B, K, 82] | prediction [B, 8, T, 16], influence [B, K] |
 * | vaeEncoder | log_mel [B, 4T, 64] | latent [B, 8, T, 16], normalised |
 * | vaeDecoder | latent [B, 8, T, 16] | log_mel [B, 4T, 64] |
 * | vocoder | log_mel [B, F, 64], noise [B, 160 F] (standard normal) | waveform [B, 160 F] |
 *
 * `token_bias` is added to the attention logits of a neighbour's 32 audio then 50 text tokens: log(weight), or
 * `MASKED` for padding, for a modality that is switched off and for an absent neighbour. A learned null token is
 * always attended to, so all may be masked. A dropped text embedding is all zeros. `seconds` is how long the sound
 * should last within the take, from its onset to its end; 0 leaves that to the model.
 *
 * The vocoder shapes `noise` for the aperiodic part of a sound: seeded from the recipe, it keeps a take reproducible.
 */
export type GraphRunner = (part: PartName, inputs: Tensors) => Promise<Tensors>;

/** Additive attention bias that removes a token: exp(-10000) is 0 in fp32, and no infinity can turn into NaN. */
export const MASKED = -10_000;
