import type { InferenceSession, TypedTensor } from 'onnxruntime-node';
import { loadOnnxRuntime } from '#engine/onnx/runtime.ts';

export const PARTS = ['textEncoder', 'unet', 'vaeDecoder', 'vocoder'] as const;
export type Part = (typeof PARTS)[number];

/** 10.24 s. */
const FRAMES = 256;
const TOKENS = 24;

/** What each part of AudioLDM is run on, as training/templates/peer.py has it. */
export async function checkpointFeeds(): Promise<Record<Part, InferenceSession.FeedsType>> {
  const { Tensor } = await loadOnnxRuntime();
  const noise = (...dims: number[]): TypedTensor<'float32'> => {
    const length = dims.reduce((product, size) => product * size, 1);
    const values = Float32Array.from({ length }, (_, i) => Math.sin(i * i));
    return new Tensor('float32', values, dims);
  };
  const tokens = (value: (i: number) => number) =>
    new Tensor(
      'int64',
      BigInt64Array.from({ length: 2 * TOKENS }, (_, i) => BigInt(value(i))),
      [2, TOKENS],
    );
  return {
    textEncoder: { input_ids: tokens((i) => 4 + i), attention_mask: tokens(() => 1) },
    unet: {
      sample: noise(2, 8, FRAMES, 16),
      timestep: new Tensor('float32', Float32Array.of(741, 741), [2]),
      text_embedding: noise(2, 512),
    },
    vaeDecoder: { latent: noise(1, 8, FRAMES, 16) },
    vocoder: { log_mel: noise(1, 4 * FRAMES, 64) },
  };
}
