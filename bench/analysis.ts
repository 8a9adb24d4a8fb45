import { existsSync } from 'node:fs';
import type { EngineContext } from '#engine/context.ts';
import { python } from './torchPeer.ts';

/**
 * Listening to the starter library (decoding, loudness, waveforms, sound events, embeddings), which a fresh data folder
 * begins with, as a multiple of real time; and librosa with torch's tower over the same files.
 *
 * @param took seconds that the library took
 */
export async function analysisBench(context: EngineContext, took: number): Promise<Record<string, number>> {
  const { catalogue } = await context.library({});
  const sounds = catalogue.sounds.list().filter(({ part }) => part === 'file');
  const seconds = sounds.reduce((sum, sound) => sum + sound.seconds, 0);
  const folder = catalogue.sources.all().find(({ kind }) => kind === 'starter')?.path ?? '';
  const ours = {
    'starter library, sounds': sounds.length,
    'added in, s': took,
    'listening, times real time': seconds / took,
  };
  const peer = existsSync(folder) ? await python('refoley_training.analysis_peer', [folder]) : undefined;
  if (peer === undefined) return ours;
  return {
    ...ours,
    'the same files by librosa and torch, s': peer,
    'librosa and torch, times as long': peer / took,
  };
}
