import type { Catalogue } from '../catalogue/open.ts';
import type { HearingPack } from '../packs/pack.ts';
import { modelName } from '../packs/pack.ts';

const told = new WeakSet<Catalogue>();

/** Says once that what the ears have not heard is not found by them: after other ears were chosen, or a scan was stopped. */
export function noteUnheard(catalogue: Catalogue, hearing: HearingPack, warn: (line: string) => void): void {
  if (told.has(catalogue)) return;
  told.add(catalogue);
  const model = modelName(hearing);
  const files = catalogue.sources
    .all()
    .reduce((sum, { id }) => sum + catalogue.files.countUnheard(id, model).files, 0);
  if (files > 0)
    warn(
      `the pack '${hearing.manifest.name}' has not heard ${files} files of the library yet: run \`library rescan\` with it`,
    );
}
