import type { TakeManifest } from '../pack/manifest.ts';
import { createEars } from './ears.ts';
import type { LoadedPack } from './generate.ts';
import { embedByClap } from './models/clapEmbeddings.ts';

/** Whether what is mixed into a prompt of this pack comes from the ears: it has no tower of its own that hears sounds. */
export function mixesWhatEarsHear(manifest: TakeManifest): boolean {
  return manifest.format === 1 ? !manifest.conditioning.attendsNeighbours : manifest.family === 'audioldm';
}

/** Prompts as the model of such a pack is told them: unit vectors. */
export async function embedPrompts(
  { manifest, tokenizer, run }: Omit<LoadedPack, 'ears'>,
  texts: readonly string[],
): Promise<Float32Array[]> {
  if (manifest.format === 1) return createEars({ manifest, tokenizer, run }).embedTexts(texts);
  if (manifest.family !== 'audioldm') throw new Error(`prompts of ${manifest.family} are no single vectors`);
  return (await embedByClap(texts, 'textEncoder', manifest.conditioning, tokenizer, run)).embeddings;
}
