import type { FolderTerms } from '../catalogue/folderTerms.ts';
import type { Catalogue } from '../catalogue/open.ts';
import { redescribe } from './redescribe.ts';

/** What is said about a folder of a source; nothing but null is no rule. */
export interface FolderRule extends FolderTerms {
  readonly sourceId: number;
}

export interface AppliedRule {
  /** As it was. */
  readonly before: FolderRule;
  /** Sounds whose licence, author or switch is another now. */
  readonly changed: readonly number[];
}

/** The rule of exactly this folder. */
export function folderRule(catalogue: Catalogue, sourceId: number, folder: string): FolderRule {
  const known = catalogue.folderTerms.ofSource(sourceId).find((rule) => rule.folder === folder);
  return { sourceId, folder, licence: null, author: null, mayCondition: null, ...known };
}

/** Sets or, with nothing but null, removes a rule; the sounds below follow. In a transaction of the caller's. */
export function applyRule(catalogue: Catalogue, { sourceId, ...rule }: FolderRule): AppliedRule {
  const { folderTerms } = catalogue;
  const before = folderRule(catalogue, sourceId, rule.folder);
  const empty = rule.licence === null && rule.author === null && rule.mayCondition === null;
  if (empty) folderTerms.remove(sourceId, rule.folder);
  else folderTerms.put(sourceId, rule);

  const rules = folderTerms.ofSource(sourceId);
  const changed: number[] = [];
  for (const fileId of folderTerms.filesBelow(sourceId, rule.folder)) {
    const file = catalogue.files.byId(fileId);
    if (!file) continue;
    const terms = () =>
      catalogue.sounds.byFile(fileId).map(({ id, licence, author, mayCondition }) => ({
        id,
        said: JSON.stringify([licence, author, mayCondition]),
      }));
    const earlier = new Map(terms().map(({ id, said }) => [id, said]));
    redescribe(catalogue, file, { rules });
    for (const { id, said } of terms()) if (said !== earlier.get(id)) changed.push(id);
  }
  return { before, changed };
}
