import type { Source } from '../catalogue/sources.ts';
import type { UserFacts } from './captionsFile.ts';
import { importedFacts } from './describeSound.ts';
import { draftOf, redescribe } from './redescribe.ts';
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
    const rules = catalogue.folderTerms.ofSource(source.id);
    for (const [relativePath, words] of captions) {
      // macOS takes accents apart in file names.
      const state = [relativePath, relativePath.normalize('NFD')]
        .map((path) => catalogue.files.state(source.id, path))
        .find((known) => known !== undefined);
      const sound = state && catalogue.sounds.byFile(state.id).find(({ part }) => part === 'file');
      const imported = sound && importedFacts(sound, words);
      const file = imported && catalogue.files.byId(sound.fileId);
      if (!file) continue;
      catalogue.sounds.put(file.id, { ...draftOf(sound), imported });
      redescribe(catalogue, file, { rules });
      if (sound.stage === 'analysed') tally.updated.add(file.id);
    }
  });
}
