import type { PackManifest } from '../../pack/manifest.ts';
import type { TextTokenizer } from '../../text/tokenizer.ts';
import type { GraphRunner } from '../parts.ts';
import { createAudioldmModel } from './audioldm.ts';
import type { Model } from './model.ts';
import { createRefoleyModel } from './refoley.ts';

export function createModel(manifest: PackManifest, tokenizer: TextTokenizer, run: GraphRunner): Model {
  return manifest.format === 1
    ? createRefoleyModel(manifest, tokenizer, run)
    : createAudioldmModel(manifest, tokenizer, run);
}
