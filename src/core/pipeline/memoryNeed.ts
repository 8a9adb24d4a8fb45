import type { TakeManifest, PartName } from '../pack/manifest.ts';
import { packParts } from '../pack/packParts.ts';
import { isDenoiser } from './rowByRow.ts';
import { latentSizeOf } from './models/latentSize.ts';

/** Bytes of the process itself: runtime, onnxruntime, the sounds that are listened to. */
const PROCESS = 150e6;
/** Bytes that a parameter takes as onnxruntime keeps it: four, a part of them once more in the order that its kernels want. */
const PARAMETER = 4 * 1.2;
/** Bytes beside them while a session expands what is stored in fewer bits. */
const EXPANDING = 4 * 1.5;
/**
 * Bytes that a run takes for each place of the latent and square root of parameters: a model's width grows with that root. Of a row of
 * the denoiser, of a whole take elsewhere; a decoder of tokens keeps what it said of all before, with words and without. A frame of
 * Stable Audio 3 is thousands of samples.
 */
const WORKING: Readonly<Partial<Record<PartName, number>>> = {
  ...{ unet: 4, vaeDecoder: 8, vocoder: 8 },
  ...{ decoder: 32, codecDecoder: 64 },
  ...{ dit: 16, autoencoderEncoder: 152, autoencoderDecoder: 144 },
};

/** What a take is made of, as far as it takes memory. */
export interface TakeSize {
  /** Seconds. */
  readonly duration: number;
  /** Branches of the guidance that the denoiser is shown at once. */
  readonly rows: number;
}

/**
 * Bytes that the process which makes a take holds at most, beside what its providers hold on a device. Measured against the
 * starter pack (docs/providers.md): between 1 and 1.2 times what it takes.
 *
 * @param onCpu whether a part runs on the CPU
 */
export function memoryNeed(
  manifest: TakeManifest,
  { duration, rows }: TakeSize,
  onCpu: (part: PartName) => boolean,
): number {
  const { time, frequency } = latentSizeOf(duration, manifest);
  const parts = packParts(manifest).flatMap(({ part, parameters, isExpanded }) => {
    if (!onCpu(part)) return [];
    const working = (WORKING[part] ?? 0) * time * frequency * Math.sqrt(parameters);
    return {
      held: PARAMETER * parameters + working * (isDenoiser(part) ? rows : 1),
      expanding: isExpanded ? EXPANDING * parameters : 0,
    };
  });
  const held = parts.reduce((sum, part) => sum + part.held, 0);
  return PROCESS + held + Math.max(0, ...parts.map(({ expanding }) => expanding));
}
