import { stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { RefoleyError } from '#core/errors.ts';
import type { FolderTerms } from '../catalogue/folderTerms.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { Source } from '../catalogue/sources.ts';
import { applyRule, folderRule } from './folderRule.ts';
import { noUndo } from './undo.ts';
import type { Undo } from './undo.ts';

const text = (what: string) =>
  z
    .string()
    .transform((line) => line.replaceAll(/[\p{C}\s]+/gu, ' ').trim())
    .pipe(z.string().max(400, `${what} must be at most 400 characters long`));

const schema = z
  .strictObject({
    /** '' takes it out of the rule. */
    licence: text('the licence').optional(),
    author: text('the author').optional(),
    mayCondition: z.boolean('may-condition must be yes or no').optional(),
    clear: z.boolean().optional(),
  })
  .refine(
    ({ clear = false, ...rule }) => !clear || Object.values(rule).every((value) => value === undefined),
    'clear the terms or set them, not both',
  );
export type RequestedTerms = z.input<typeof schema>;

export interface TermsReport {
  /** Rules of the source, by folder; '' is the source itself. */
  readonly rules: readonly FolderTerms[];
  /** Of the source. */
  readonly source: string;
  /** Sounds whose licence, author or switch is another now. */
  readonly changed: number;
  /** The rule as it was: the sounds follow from it, so that taking it back is as right after other edits. */
  readonly undo: Undo;
}

const NO_TERMS = { licence: null, author: null, mayCondition: null } as const;

/**
 * Sets what holds for all sounds of a source or of a folder in it, where the user has said nothing else about a sound, for
 * those that are there and those that will come. Of several folders above a sound the nearest that speaks counts. What is
 * left out of a rule stays as it was; nothing given at all only tells the rules.
 *
 * @throws RefoleyError `not-found` when the folder is in no source; `input` for a rule that cannot be
 */
export async function setTerms(
  catalogue: Catalogue,
  directory: string,
  requested: RequestedTerms,
): Promise<TermsReport> {
  const parsed = schema.safeParse(requested);
  if (!parsed.success)
    throw new RefoleyError('input', parsed.error.issues[0]?.message ?? 'the terms cannot be understood');
  const { source, folder } = await requireFolder(catalogue, directory);
  const { clear = false, ...said } = parsed.data;
  const quiet = !clear && Object.values(said).every((value) => value === undefined);
  const applied = quiet
    ? undefined
    : catalogue.write(() => {
        const known = folderRule(catalogue, source.id, folder);
        const { licence, author, mayCondition } = clear ? NO_TERMS : known;
        return applyRule(catalogue, {
          ...{ sourceId: source.id, folder },
          licence: (said.licence ?? licence ?? '') || null,
          author: (said.author ?? author ?? '') || null,
          mayCondition: said.mayCondition ?? mayCondition,
        });
      });
  return {
    source: source.path,
    rules: catalogue.folderTerms.ofSource(source.id),
    changed: applied?.changed.length ?? 0,
    undo: { ...noUndo, rules: applied ? [applied.before] : [] },
  };
}

/** The source that a folder lies in, and its path there. */
async function requireFolder(catalogue: Catalogue, directory: string) {
  const path = resolve(directory);
  const within = ({ path: root }: Source): boolean => path === root || path.startsWith(root + sep);
  const [source] = catalogue.sources
    .all()
    .filter(within)
    .sort((a, b) => b.path.length - a.path.length);
  if (!source)
    throw new RefoleyError('not-found', `${path} is in no source of the library: add it with "library add"`);
  const folder = relative(source.path, path).split(sep).join('/');
  const there =
    folder === '' || catalogue.folderTerms.ofSource(source.id).some((rule) => rule.folder === folder);
  if (!there && catalogue.folderTerms.filesBelow(source.id, folder).length === 0) {
    const facts = await stat(path).catch(() => undefined);
    if (!facts?.isDirectory())
      throw new RefoleyError('not-found', `there is no folder ${path}: check its spelling`);
  }
  return { source, folder };
}
