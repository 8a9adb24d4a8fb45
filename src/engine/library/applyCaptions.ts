import type { Source } from '../catalogue/sources.ts';
import type { UserFacts } from './captionsFile.ts';
import { withUserFacts } from './describeSound.ts';
import type { ScanContext, Tally } from './scanContext.ts';

/** Puts the user's words from a captions file beside the sounds that they name. */
export function applyCaptions(
  { catalogue }: ScanContext,
  source: Source,
  captions: ReadonlyMap<string, UserFacts>,
  tally: Tally,
): void {
  if (captions.size === 0) return;
  catalogue.write(() => {
    for (const [relativePath, words] of captions) {
      // macOS takes accents apart in file names.
      const file = [relativePath, relativePath.normalize('NFD')]
        .map((path) => catalogue.files.state(source.id, path))
        .find((state) => state !== undefined);
      const sounds = file ? catalogue.sounds.byFile(file.id) : [];
      for (const sound of sounds.filter(({ part }) => part === 'file')) {
        const draft = withUserFacts(sound, words);
        if (!draft) continue;
        catalogue.sounds.put(sound.fileId, draft);
        if (draft.caption !== sound.caption) catalogue.embeddings.remove(sound.id, 'text');
        if (sound.stage === 'analysed') tally.updated.add(sound.fileId);
      }
    }
  });
}
