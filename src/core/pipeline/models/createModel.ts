import { RefoleyError } from '../../errors.ts';
import type { AudiogenManifest } from '../../pack/checkpointManifest.ts';
import type { TakeManifest } from '../../pack/manifest.ts';
import type { LoadedPack } from '../generate.ts';
import { createAudioldmModel } from './audioldm.ts';
import { createAudioldm2Model } from './audioldm2.ts';
import type { Model } from './model.ts';
import { createReAudioldmModel } from './reAudioldm.ts';
import { createRefoleyModel } from './refoley.ts';
import { createStableAudio3Model } from './stableAudio3.ts';
import { createTangoModel } from './tango.ts';

/** Packs whose models denoise a latent. */
type DenoisingManifest = Exclude<TakeManifest, AudiogenManifest>;
type Denoising = Omit<LoadedPack, 'ears' | 'manifest'> & { readonly manifest: DenoisingManifest };

/** Whether a pack draws tokens; others denoise a latent. */
export function drawsTokens(manifest: TakeManifest): manifest is AudiogenManifest {
  return manifest.format === 2 && manifest.family === 'audiogen';
}

/** @throws RefoleyError 'corrupt' for a pack that lacks something of its family */
export function createModel({ manifest, tokenizer, tokenizer2, run }: Denoising): Model {
  if (manifest.format === 1) return createRefoleyModel(manifest, tokenizer, run);
  if (manifest.family === 'audioldm') return createAudioldmModel(manifest, tokenizer, run);
  if (manifest.family === 'tango') return createTangoModel(manifest, tokenizer, run);
  if (manifest.family === 'stable-audio-3') return createStableAudio3Model(manifest, tokenizer, run);
  if (!tokenizer2)
    throw new RefoleyError('corrupt', `the pack '${manifest.name}' lacks a tokenizer: add it again`);
  const tokenizers = { clap: tokenizer, words: tokenizer2 };
  if (manifest.family === 're-audioldm') return createReAudioldmModel(manifest, tokenizers, run);
  return createAudioldm2Model(manifest, tokenizers, run);
}
