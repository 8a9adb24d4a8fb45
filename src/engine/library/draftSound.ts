import { captionFor } from '#core/text/caption.ts';
import type { CaptionFacts } from '#core/text/caption.ts';
import { isCatId } from '#core/text/ucs.ts';
import type { SoundDraft, StoredSound } from '../catalogue/sound.ts';
import type { UserFacts } from './captionsFile.ts';
import type { DecodedAudio, Region } from './decodedAudio.ts';
import type { WavFacts } from './wavFacts.ts';

/** A file of a source as its folder shows it. */
export interface FileFacts {
  readonly sourceId: number;
  /** Path within the source, with forward slashes. */
  readonly relativePath: string;
  readonly bytes: number;
  readonly mtimeMs: number;
}

/** The row of a sound that was decoded. What the user decided about an earlier version of it stays. */
export function draftSound(
  file: FileFacts & { readonly sha256: string },
  region: Region,
  audio: DecodedAudio,
  wav: WavFacts,
  user: UserFacts | undefined,
  earlier: StoredSound | undefined,
): SoundDraft {
  const earlierWords = earlier?.captionFrom === 'user' ? earlier.caption : undefined;
  const words: CaptionFacts = {
    path: file.relativePath,
    user: user?.caption ?? earlierWords,
    ixml: wav.ixml,
    bext: wav.bext,
  };
  const { caption, from, catId, tags } = captionFor(words, isCatId);
  return {
    ...file,
    ...region,
    caption,
    captionFrom: from,
    catId: user?.catId ?? wav.catId ?? catId,
    tags: [...new Set([...tags, ...(wav.keywords ?? [])])],
    seconds: audio.seconds,
    sampleRate: audio.sampleRate,
    channels: audio.channels.length,
    bits: audio.bits,
    licence: user?.licence ?? earlier?.licence ?? '',
    author: user?.author ?? earlier?.author ?? '',
    mayCondition: earlier?.mayCondition ?? !wav.synthetic,
    synthetic: wav.synthetic,
    problem: null,
  };
}

/** The row of a sound that could not be analysed: it is listed with the reason and never retrieved. */
export function draftProblem(
  file: FileFacts,
  region: Region,
  problem: string,
  earlier?: StoredSound,
): SoundDraft {
  const { caption, from, catId, tags } = captionFor({ path: file.relativePath }, isCatId);
  return {
    ...{ caption, captionFrom: from, catId, tags },
    ...{ seconds: 0, sampleRate: 0, channels: 0, bits: null, sha256: '', licence: '', author: '' },
    ...{ mayCondition: true, synthetic: false },
    ...(earlier && draftOf(earlier)),
    ...file,
    ...region,
    problem,
  };
}

/** The same sound with the user's words; undefined when they say nothing new. */
export function withUserFacts(sound: StoredSound, user: UserFacts): SoundDraft | undefined {
  const caption = user.caption === undefined ? {} : captionOf(sound, user.caption);
  const next: SoundDraft = {
    ...draftOf(sound),
    ...caption,
    catId: user.catId ?? sound.catId,
    licence: user.licence ?? sound.licence,
    author: user.author ?? sound.author,
  };
  const keys = ['caption', 'captionFrom', 'catId', 'licence', 'author'] as const;
  return keys.some((key) => next[key] !== sound[key]) ? next : undefined;
}

export function regionOf(sound: StoredSound): Region {
  return { start: sound.start, end: sound.whole ? null : sound.end };
}

function captionOf(sound: StoredSound, user: string) {
  const { caption, from } = captionFor({ path: sound.relativePath, user }, isCatId);
  return from === 'user' ? { caption, captionFrom: from } : {};
}

function draftOf(sound: StoredSound): SoundDraft {
  const { id, path, missing, whole, ...rest } = sound;
  return { ...rest, ...regionOf(sound) };
}
