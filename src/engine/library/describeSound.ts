import { captionFor } from '#core/text/caption.ts';
import { isCatId } from '#core/text/ucs.ts';
import type { DecidableField, SoundDraft, StoredSound } from '../catalogue/sound.ts';
import type { UserFacts } from './captionsFile.ts';
import type { FileMetadata } from './metadata/fileMetadata.ts';

/**
 * A file's sound in words: its caption and what else its name and metadata say. What the user has said about it stays,
 * whatever the file says now.
 *
 * @param relativePath of its file within the source
 */
export function soundOf(relativePath: string, metadata?: FileMetadata, earlier?: StoredSound): SoundDraft {
  const user = earlier?.captionFrom === 'user' ? earlier.caption : undefined;
  const words = captionFor({ path: relativePath, user, ...metadata?.descriptions }, isCatId);
  return {
    part: earlier?.part ?? 'file',
    start: earlier?.start ?? 0,
    end: earlier && earlier.part !== 'file' ? earlier.end : null,
    caption: words.caption,
    captionFrom: words.from,
    catId: metadata?.catId ?? words.catId,
    tags: [...new Set([...words.tags, ...(metadata?.keywords ?? [])])],
    licence: metadata?.licence ?? '',
    author: metadata?.author ?? '',
    mayCondition: !metadata?.synthetic,
    ...decisionsOf(earlier),
  };
}

/** The same sound with the user's words; undefined when they say nothing new. */
export function withUserFacts(sound: StoredSound, user: UserFacts): SoundDraft | undefined {
  const said = (['catId', 'licence', 'author'] as const).filter((field) => user[field] !== undefined);
  const next: SoundDraft = {
    ...draftOf(sound),
    ...(user.caption === undefined ? {} : captionOf(sound, user.caption)),
    catId: user.catId ?? sound.catId,
    licence: user.licence ?? sound.licence,
    author: user.author ?? sound.author,
    decided: [...new Set([...sound.decided, ...said])],
  };
  const changed = (['caption', 'captionFrom', 'catId', 'licence', 'author'] as const).some(
    (field) => next[field] !== sound[field],
  );
  return changed || next.decided.length > sound.decided.length ? next : undefined;
}

function decisionsOf(earlier: StoredSound | undefined): Pick<SoundDraft, 'decided'> & Partial<SoundDraft> {
  if (!earlier) return { decided: [] };
  const { decided, catId, tags, licence, author, mayCondition } = earlier;
  const own: Pick<SoundDraft, DecidableField> = { catId, tags, licence, author, mayCondition };
  const left = Object.entries(own).filter(([field]) => decided.some((name) => name === field));
  return { decided, ...(Object.fromEntries(left) as Partial<typeof own>) };
}

function captionOf(sound: StoredSound, user: string) {
  const { caption, from } = captionFor({ path: sound.relativePath, user }, isCatId);
  return from === 'user' ? { caption, captionFrom: from } : {};
}

export function draftOf(sound: StoredSound): SoundDraft {
  const { part, start, end, caption, captionFrom, catId, tags, licence, author, mayCondition, decided } =
    sound;
  const words = { caption, captionFrom, catId, tags, licence, author, mayCondition, decided };
  return { part, start, end: part === 'file' ? null : end, ...words };
}
