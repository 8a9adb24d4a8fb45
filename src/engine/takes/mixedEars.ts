import { join } from 'node:path';
import { z } from 'zod';
import { mixesWhatEarsHear } from '#core/pipeline/embedPrompts.ts';
import type { TakeSettings } from '#core/pipeline/settings.ts';
import type { EngineContext, Work } from '../context.ts';
import type { HearingPack, TakePack } from '../packs/pack.ts';
import { openRemembered } from '../remembered.ts';

/** Texts that tell two spaces apart: short and long, of things and of how they sound. */
const TEXTS = [
  'a heavy wooden door slams in a stone hallway',
  'rain',
  'high-pitched squeaking of a rusty hinge, slow and close',
  'a crowd cheers while a drum is beaten in the distance',
];
/** The same weights agree far better than this, and others do not come near. */
const SAME_SPACE = 0.999;

/**
 * The ears whose embeddings of sounds are mixed into a prompt: those that hear the library, where the pack has none of its own and they
 * say of texts what its text encoder says. That is found out by the numbers, and remembered; vectors of one length are not enough.
 */
export async function mixedEars(
  context: Pick<EngineContext, 'dataFolder' | 'hearing' | 'inference'>,
  pack: TakePack,
  { libraryGuidance, retrieval }: Pick<TakeSettings, 'libraryGuidance' | 'retrieval'>,
  work: Work,
): Promise<HearingPack | undefined> {
  const isWanted = libraryGuidance > 0 && retrieval !== 'none' && retrieval !== 'text';
  if (!isWanted || !mixesWhatEarsHear(pack.manifest)) return undefined;
  const hearing = await context.hearing();
  if (hearing.sha256 === pack.sha256) return hearing;
  const remembered = openRemembered(join(context.dataFolder, 'spaces.json'), z.number());
  const key = `${pack.sha256} ${hearing.sha256}`;
  let agreement = await remembered.get(key);
  if (agreement === undefined) {
    const folders = { pack: pack.folder, hearing: hearing.folder };
    agreement = await context.inference.run('compareTexts', { ...folders, texts: TEXTS }, work);
    await remembered.put(key, agreement);
  }
  return agreement > SAME_SPACE ? hearing : undefined;
}
