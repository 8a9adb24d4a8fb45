import { statSync } from 'node:fs';
import type { Dirent, Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { RefoleyError } from '#core/errors.ts';
import type { ListedFile } from '../catalogue/file.ts';
import { errorCode } from '../files/fileError.ts';
import { simplified } from './scanPart.ts';
import type { ScanPart } from './scanPart.ts';

/** What is decoded, and what is listed so that it is reported rather than passed over. MP4 is video as a rule. */
const AUDIO =
  /\.(wav|wave|bwf|rf64|bw64|flac|ogg|oga|opus|mp3|mp2|aif|aiff|aifc|m4a|m4b|aac|caf|w64|wma|au|snd|ape|wv|spx)$/i;
/** Files asked for their size at once: enough to keep a disk or a network busy. */
const AT_ONCE = 64;
/** Milliseconds that so many take where the answers are not at hand. */
const SLOW = 8;
/** What Node puts in the place of bytes that are no UTF-8; such a name leads nowhere. */
const REPLACEMENT = '\uFFFD';

/** Something that cannot be listed. */
export interface Unlisted {
  /** Within the root; '' is the root itself. */
  readonly path: string;
  readonly isFolder: boolean;
  readonly cause: unknown;
}

export interface ListedFolder {
  readonly files: readonly ListedFile[];
  readonly unlisted: readonly Unlisted[];
}

/** A folder that is about to be listed. */
export interface FolderToList {
  /** Within the root, with forward slashes; '' is the root. */
  readonly path: string;
  /** Absolute, without links. */
  readonly real: string;
  /** It is not below the root itself: a link led there. */
  readonly isOutside: boolean;
}

export interface ListOptions {
  /** All of the root unless given. */
  readonly part?: ScanPart | undefined;
  readonly onFolder?: ((folder: FolderToList) => void) | undefined;
}

interface Waiting extends FolderToList {
  /** With the folders in it. */
  readonly deep: boolean;
}

/**
 * Lists the audio files below a folder, a folder at a time, in code unit order. Links that lead out of the root are followed, each
 * folder once; those that lead to a folder within it are not, since that is listed in its own place: so no loop of links
 * is endless, and a part is listed as the whole is. Names that begin with a dot (hidden, `._` of macOS) and `__MACOSX` are
 * passed over, and so is what has gone meanwhile.
 */
export async function* listAudioFiles(
  root: string,
  { part, onFolder }: ListOptions = {},
): AsyncGenerator<ListedFolder, void> {
  let realRoot: string;
  try {
    realRoot = await realpath(root);
  } catch (cause) {
    yield { files: [], unlisted: [{ path: '', isFolder: true, cause }] };
    return;
  }
  const visited = new Set<string>();
  const waiting = await startsOf(root, realRoot, part);
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    if (visited.has(folder.real)) continue;
    visited.add(folder.real);
    onFolder?.(folder);
    try {
      const { folders, files, unlisted } = await entriesOf(folder, realRoot);
      if (folder.deep) waiting.push(...folders.sort((a, b) => (a.path < b.path ? 1 : -1)));
      const listed = await sized(folder, files.sort());
      yield { files: listed.files, unlisted: [...unlisted, ...listed.unlisted] };
    } catch (cause) {
      yield { files: [], unlisted: unlistedOf(folder.path, true, cause) };
    }
  }
}

/** The last one first. */
async function startsOf(root: string, realRoot: string, part: ScanPart | undefined): Promise<Waiting[]> {
  if (!part) return [{ path: '', real: realRoot, isOutside: false, deep: true }];
  const { folders, trees } = simplified(part);
  const starts: Waiting[] = [];
  for (const path of [...folders, ...trees].sort().reverse()) {
    // What leads nowhere has gone, which shows in the catalogue.
    const real = await realpath(join(root, path)).catch(() => undefined);
    if (real === undefined || isPassedOver(path)) continue;
    const facts = await stat(real).catch(() => undefined);
    const isOutside = !isBelow(real, realRoot);
    // A link into the root is listed in its own place.
    if (!facts?.isDirectory() || (!isOutside && real !== join(realRoot, path))) continue;
    starts.push({ path, real, isOutside, deep: trees.has(path) });
  }
  return starts;
}

/** Whether a file of that name is listed. */
export function isSoundName(name: string): boolean {
  return AUDIO.test(name);
}

async function entriesOf(folder: Waiting, realRoot: string) {
  const folders: Waiting[] = [];
  const files: string[] = [];
  const unlisted: Unlisted[] = [];
  for (const entry of await readdir(folder.real, { withFileTypes: true })) {
    if (isHidden(entry.name)) continue;
    const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
    const inner = { path, real: join(folder.real, entry.name), isOutside: folder.isOutside, deep: true };
    try {
      const linked = entry.isSymbolicLink() ? await targetOf(inner, realRoot) : undefined;
      if ((linked ?? entry).isDirectory()) {
        if (!linked) folders.push(inner);
        else if (linked.isOutside) folders.push({ ...inner, ...linked });
      } else if ((linked ?? entry).isFile() && isSoundName(entry.name)) files.push(path);
    } catch (cause) {
      // A link that leads nowhere matters where a sound was meant.
      if (isSoundName(entry.name)) unlisted.push({ path, isFolder: false, cause });
    }
  }
  return { folders, files, unlisted };
}

interface Target extends Pick<Dirent, 'isDirectory' | 'isFile'> {
  readonly real: string;
  readonly isOutside: boolean;
}

async function targetOf({ real: link }: Waiting, realRoot: string): Promise<Target> {
  const real = await realpath(link);
  const facts = await stat(real);
  return {
    ...{ real, isOutside: !isBelow(real, realRoot) },
    isDirectory: () => facts.isDirectory(),
    isFile: () => facts.isFile(),
  };
}

/**
 * Asks for size and date: at once while the answers come out of the system's memory, which takes a fourth of the time and no other
 * thread, and many at a time where one must be waited for.
 */
async function sized(folder: Waiting, paths: readonly string[]) {
  const files: ListedFile[] = [];
  const unlisted: Unlisted[] = [];
  let ask: (path: string) => Stats | Promise<Stats> = statSync;
  const size = async (relativePath: string): Promise<void> => {
    const name = relativePath.slice(relativePath.lastIndexOf('/') + 1);
    try {
      const facts = ask(join(folder.real, name));
      const { size: bytes, mtimeMs } = facts instanceof Promise ? await facts : facts;
      files.push({ relativePath, bytes, mtimeMs: Math.trunc(mtimeMs) });
    } catch (cause) {
      unlisted.push(...unlistedOf(relativePath, false, cause));
    }
  };
  for (let from = 0; from < paths.length; from += AT_ONCE) {
    const began = performance.now();
    await Promise.all(paths.slice(from, from + AT_ONCE).map(size));
    if (performance.now() - began > SLOW) ask = stat;
  }
  files.sort((a, b) => (a.relativePath < b.relativePath ? -1 : 1));
  return { files, unlisted };
}

/** Why a path cannot be listed; nothing where it has gone. */
function unlistedOf(path: string, isFolder: boolean, cause: unknown): Unlisted[] {
  if (errorCode(cause) !== 'ENOENT') return [{ path, isFolder, cause }];
  if (!path.includes(REPLACEMENT)) return [];
  const what =
    'its name is not valid UTF-8, so that it cannot be opened: rename it (convmv does that for many)';
  return [{ path, isFolder, cause: new RefoleyError('input', what) }];
}

function isPassedOver(path: string): boolean {
  return path !== '' && path.split('/').some(isHidden);
}

/** What a listing passes over by its name. */
export function isHidden(name: string): boolean {
  return name.startsWith('.') || name === '__MACOSX';
}

function isBelow(real: string, realRoot: string): boolean {
  return real === realRoot || real.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep);
}
