import type { Tensors } from '#core/pipeline/parts.ts';
import { float32, int64 } from '#core/pipeline/tensors.ts';

export const PARTS = ['textEncoder', 'unet', 'vaeDecoder', 'vocoder'] as const;
export type Part = (typeof PARTS)[number];

/** 10.24 s. */
const FRAMES = 256;
const TOKENS = 24;

/** What each part of AudioLDM is run on, as training/templates/peer.py has it. */
export function checkpointFeeds(): Record<Part, Tensors> {
  const noise = (...dims: number[]) => {
    const length = dims.reduce((product, size) => product * size, 1);
    return float32(
      dims,
      Float32Array.from({ length }, (_, i) => Math.sin(i * i)),
    );
  };
  const tokens = (value: (i: number) => number) =>
    int64(
      [2, TOKENS],
      Array.from({ length: 2 * TOKENS }, (_, i) => value(i)),
    );
  return {
    textEncoder: { input_ids: tokens((i) => 4 + i), attention_mask: tokens(() => 1) },
    unet: {
      sample: noise(2, 8, FRAMES, 16),
      timestep: float32([2], Float32Array.of(741, 741)),
      text_embedding: noise(2, 512),
    },
    vaeDecoder: { latent: noise(1, 8, FRAMES, 16) },
    vocoder: { log_mel: noise(1, 4 * FRAMES, 64) },
  };
}
