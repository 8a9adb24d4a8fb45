import { readFile } from 'node:fs/promises';
import { decodeText } from '#core/audio/encoding.ts';
import { fileError } from '../files/fileError.ts';
import { captionedFiles } from './captionedFiles.ts';
import { readCaptionRows } from './captionRows.ts';
import type { CaptionRow, UserFacts } from './captionRows.ts';
import { splitRows } from './captionsText.ts';
import { listAudioFiles } from './listFiles.ts';

export type { UserFacts } from './captionRows.ts';

/** Found at the root of a source, it is read without being asked for. */
export const CAPTIONS_FILE = 'captions.csv';

/**
 * Reads a captions file: CSV, TSV, JSON or JSON Lines (see splitRows) with columns of one of these shapes; others are
 * ignored.
 *
 * - `file` (a path within the source) and `caption`, and `licence`, `author` and `catId` where there are any. Of
 *   several rows for a file the last counts.
 * - Clotho: `file_name` and `caption_1` to `caption_5`: the first is the caption, the others are its other phrasings.
 *   The file may lie in any folder of the source. https://zenodo.org/records/4783391
 * - AudioCaps: `youtube_id`, `start_time` (seconds) and `caption`: the files are named by the video, with or without a
 *   `Y` before it and the start behind it. Several rows for a clip are its phrasings. https://audiocaps.github.io
 *
 * @param root folder of the source; absolute paths below it are understood too
 * @returns by path within the source, with forward slashes
 * @throws RefoleyError `not-found`, or `input` when it is not such a file, naming the line
 */
export async function readCaptionsFile(path: string, root: string): Promise<Map<string, UserFacts>> {
  const rows = readCaptionRows(splitRows(await readText(path), path), path);
  const isListed = rows.some(({ file }) => file.by !== 'path');
  const files = captionedFiles(root, isListed ? await pathsBelow(root) : []);
  const facts = new Map<string, UserFacts>();
  for (const { file, ...said } of rows) {
    for (const found of files.find(file)) {
      const known = file.by === 'youtube' ? facts.get(found) : undefined;
      facts.set(found, known ? withPhrasing(known, said) : said);
    }
  }
  return facts;
}

function withPhrasing(known: UserFacts, said: Omit<CaptionRow, 'file'>): UserFacts {
  const others = new Set([...known.otherCaptions, ...(said.caption === undefined ? [] : [said.caption])]);
  others.delete(known.caption ?? '');
  return { ...known, otherCaptions: [...others] };
}

async function pathsBelow(root: string): Promise<string[]> {
  const folders = await Array.fromAsync(listAudioFiles(root));
  return folders.flatMap(({ files }) => files.map(({ relativePath }) => relativePath));
}

async function readText(path: string): Promise<string> {
  try {
    return decodeText(await readFile(path));
  } catch (cause) {
    throw fileError(cause, path);
  }
}
