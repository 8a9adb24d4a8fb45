import type { Catalogue } from '../catalogue/open.ts';
import type { StoredSound } from '../catalogue/sound.ts';
import type { Analyser } from './analyser.ts';
import type { FileFacts } from './draftSound.ts';
import type { FoundSound } from './inspectFile.ts';

/** Caption vectors kept for later batches: 8 MB. */
const MAX_KEPT = 4096;

interface Entry extends FoundSound {
  readonly audio: Float32Array | undefined;
}

/**
 * Collects what a scan found and writes it in one transaction, rows and embeddings together: a process that is
 * killed leaves whole batches, and no sound without its vectors.
 */
export function createScanBatch(catalogue: Catalogue, analyser: Analyser) {
  let entries: Entry[] = [];
  let touches: { readonly file: FileFacts; readonly sound: StoredSound }[] = [];
  const textVectors = new Map<string, Float32Array>();

  return {
    /** @param audio unit vector; none when the audio has not changed or could not be analysed */
    add: (sound: FoundSound, audio?: Float32Array): void => {
      entries.push({ ...sound, audio });
    },
    /** The same sounds with a new date, or back after they were missing. */
    touch(file: FileFacts, sounds: readonly StoredSound[]): void {
      for (const sound of sounds) touches.push({ file, sound });
    },
    size: (): number => entries.length + touches.length,
    async commit(): Promise<void> {
      const batch = entries;
      const touched = touches;
      if (batch.length + touched.length === 0) return;
      entries = [];
      touches = [];
      const captions = batch.filter(({ draft }) => draft.problem === null).map(({ draft }) => draft.caption);
      await embedNew(captions);
      catalogue.write(() => {
        for (const { file, sound } of touched) catalogue.sounds.touch(sound.id, file.bytes, file.mtimeMs);
        if (batch.length === 0) return;
        const epoch = catalogue.bumpEpoch();
        for (const entry of batch) writeEntry(entry, epoch);
      });
    },
  };

  /** Sounds that share a caption get the very same vector, so that they tie exactly when they are ranked. */
  async function embedNew(captions: readonly string[]): Promise<void> {
    if (textVectors.size > MAX_KEPT) textVectors.clear();
    const fresh = [...new Set(captions)].filter((caption) => caption !== '' && !textVectors.has(caption));
    if (fresh.length === 0) return;
    const vectors = await analyser.embedTexts(fresh);
    fresh.forEach((caption, index) => {
      const vector = vectors[index];
      if (vector) textVectors.set(caption, vector);
    });
  }

  function writeEntry({ draft, audio, stale }: Entry, epoch: number): void {
    const id = catalogue.sounds.put(draft);
    for (const kind of stale) catalogue.embeddings.remove(id, kind);
    if (draft.problem !== null) return;
    if (audio) catalogue.embeddings.put(id, 'audio', analyser.model, epoch, audio);
    const text = textVectors.get(draft.caption);
    if (text) catalogue.embeddings.put(id, 'text', analyser.model, epoch, text);
  }
}
