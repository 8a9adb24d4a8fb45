import { fileWords, looksLikeFileName, nameWords, parseUcsName } from './soundName.ts';

const MAX_LENGTH = 400;
/** Recorders keep a line per fact in the description: `sTAKE=03`, `zSPEED=024.000-NDF`, `ARCHIVE=...`. */
const RECORDER_LINE = /^[a-z]?[A-Z0-9_]{2,}=/;
/** The one of them in which a recordist writes what is heard. */
const RECORDER_NOTE = /^[a-z]?(?:NOTE|COMMENT|DESCRIPTION)=/;
/** What programs write about themselves, and owners about their rights. */
const CREDITS = [
  /^(?:lav[cf]\d|lav[cf] lib|lame\b|l\.a\.m\.e|libsndfile|ffmpeg\b|xiph\.?org|reference libflac|itunes \d)/i,
  /^(?:created|made|encoded|recorded|processed|generated|exported|rendered|edited|ripped|converted|produced|normali[sz]ed|downloaded|purchased|mastered)\s+(?:with|by|using|from|at)\b/i,
  /^(?:sound ?forge|audacity|pro ?tools|adobe|wavelab|reaper|cubase|nuendo|logic pro|ableton|fl studio|goldwave|soundminer|gold ?wave|garageband|twistedwave)\b[\s\d.()a-z]{0,24}$/i,
  /^(?:\(c\)|\(p\)|©|℗|copyright\b|all rights reserved|royalty[- ]free\b|licen[sc]ed? (?:under|to|by)\b)/i,
];
const LINK = /(?:https?:\/\/|www\.)\S+|\S+@\S+\.\S+/gi;

/**
 * What a field of metadata says the sound is, as one line of at most 400 characters; '' when it says nothing: a generic
 * title ("Track 01", "Audio 1", "Untitled"), a program's name, a recorder's facts, a link, a copyright line. A file's
 * name in the field is read as one.
 *
 * @param isCatId whether a word is a CatID of the UCS list
 */
export function describingText(text: string | undefined, isCatId: (word: string) => boolean): string {
  const kept = linesOf(text)
    .filter((line) => !isCredit(line))
    .join(' ');
  const ucs = parseUcsName(kept, isCatId);
  if (ucs) return nameWords(ucs.fxName);
  if (looksLikeFileName(kept)) return fileWords(kept);
  return nameWords(kept) === '' ? '' : cut(kept);
}

/** The user's words as one line of at most 400 characters; '' where there is no letter. */
export function asWritten(text: string | undefined): string {
  const line = linesOf(text).join(' ');
  return /\p{L}/u.test(line) ? cut(line) : '';
}

function linesOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(/[\r\n\0]+/)
    .map((line) =>
      line
        .replace(/[\p{C}\s]+/gu, ' ')
        .trim()
        .replace(RECORDER_NOTE, ''),
    )
    .filter((line) => line !== '' && !RECORDER_LINE.test(line));
}

/** A line of credits, or one that is little else than a link. */
function isCredit(line: string): boolean {
  if (CREDITS.some((credit) => credit.test(line))) return true;
  const rest = line.replace(LINK, ' ');
  return rest !== line && rest.split(' ').filter(Boolean).length <= 3;
}

function cut(line: string): string {
  if (line.length <= MAX_LENGTH) return line;
  return line.slice(0, line.lastIndexOf(' ', MAX_LENGTH) + 1 || MAX_LENGTH).trim();
}
