import { mixdown } from '#core/dsp/mixdown.ts';
import { hasOwnWords } from '../catalogue/sound.ts';
import type { StoredSound } from '../catalogue/sound.ts';
import { ANALYSED_SECONDS } from './analyseFile.ts';
import { decodeFile } from './decode.ts';
import type { ScanContext } from './scanContext.ts';

/**
 * Makes the embeddings that some sounds lack, so that what the user has just said or marked is found at once. Sounds of files that
 * were not analysed wait for the next scan.
 *
 * @throws RefoleyError `unavailable` when there is no inference, or the reason why a file cannot be decoded
 */
export async function embedSounds(
  { catalogue, analyser }: Pick<ScanContext, 'catalogue' | 'analyser'>,
  ids: readonly number[],
): Promise<void> {
  const { model } = analyser;
  const sounds = catalogue.sounds
    .byIds(ids)
    .filter(({ stage, problem }) => stage !== 'listed' && problem === null);
  const lacks = ({ id }: StoredSound, kind: 'text' | 'audio'): boolean =>
    !catalogue.embeddings.kindsOf(id, model).has(kind);

  const worded = sounds.filter((sound) => sound.caption !== '' && hasOwnWords(sound) && lacks(sound, 'text'));
  const captions = [...new Set(worded.map(({ caption }) => caption))];
  const texts = captions.length === 0 ? [] : await analyser.embedTexts(captions);
  const unheard = sounds.filter(
    (sound) => sound.stage === 'analysed' && !sound.missing && lacks(sound, 'audio'),
  );
  const heard = new Map<number, Float32Array>();
  for (const { id, path, start, end } of unheard) {
    const { channels, sampleRate } = await decodeFile(path, { start, end }, ANALYSED_SECONDS);
    heard.set(id, await analyser.embedAudio(mixdown(channels), sampleRate));
  }
  if (worded.length + heard.size === 0) return;

  catalogue.write(() => {
    const epoch = catalogue.bumpEpoch();
    for (const { id, caption } of worded) {
      const vector = texts[captions.indexOf(caption)];
      // Somebody may have changed it meanwhile.
      if (vector && catalogue.sounds.byId(id)?.caption === caption)
        catalogue.embeddings.put(id, 'text', model, epoch, vector);
    }
    for (const [id, vector] of heard)
      if (catalogue.sounds.byId(id)) catalogue.embeddings.put(id, 'audio', model, epoch, vector);
  });
}
