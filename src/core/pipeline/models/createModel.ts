import { RefoleyError } from '../../errors.ts';
import type { LoadedPack } from '../generate.ts';
import { createAudioldmModel } from './audioldm.ts';
import { createAudioldm2Model } from './audioldm2.ts';
import type { Model } from './model.ts';
import { createReAudioldmModel } from './reAudioldm.ts';
import { createRefoleyModel } from './refoley.ts';
import { createStableAudio3Model } from './stableAudio3.ts';

/** @throws RefoleyError 'corrupt' for a pack that lacks something of its family */
export function createModel({ manifest, tokenizer, tokenizer2, run }: Omit<LoadedPack, 'ears'>): Model {
  if (manifest.format === 1) return createRefoleyModel(manifest, tokenizer, run);
  if (manifest.family === 'audioldm') return createAudioldmModel(manifest, tokenizer, run);
  if (manifest.family === 'stable-audio-3') return createStableAudio3Model(manifest, tokenizer, run);
  if (!tokenizer2)
    throw new RefoleyError('corrupt', `the pack '${manifest.name}' lacks a tokenizer: add it again`);
  const tokenizers = { clap: tokenizer, words: tokenizer2 };
  if (manifest.family === 're-audioldm') return createReAudioldmModel(manifest, tokenizers, run);
  return createAudioldm2Model(manifest, tokenizers, run);
}
