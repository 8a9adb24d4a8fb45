import type { PartName } from './manifest.ts';

/** When a take needs a part: once before it is denoised, in every step, once afterwards; or to hear what came of it. */
export type PartStage = 'encode' | 'denoise' | 'decode' | 'hear';

const STAGES: Readonly<Record<PartName, PartStage>> = {
  ...{ textEncoder: 'encode', textEncoder2: 'encode', clapText: 'encode', projectionModel: 'encode' },
  ...{ languageModel: 'encode', conditioner: 'encode', audioMae: 'encode' },
  ...{ vaeEncoder: 'encode', autoencoderEncoder: 'encode' },
  ...{ unet: 'denoise', dit: 'denoise', decoder: 'denoise' },
  ...{ vaeDecoder: 'decode', vocoder: 'decode', autoencoderDecoder: 'decode', codecDecoder: 'decode' },
  clapAudio: 'hear',
};

export function stageOf(part: PartName): PartStage {
  return STAGES[part];
}

const CHANGING: Partial<Readonly<Record<PartName, readonly string[]>>> = {
  unet: ['sample', 'timestep'],
  dit: ['latent', 'timestep'],
  decoder: ['codes', 'past'],
};

/** What a part is told anew in every step; the rest stays the same over all steps. */
export function changingInputs(part: PartName): readonly string[] {
  return CHANGING[part] ?? [];
}
