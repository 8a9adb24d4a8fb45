import { opendir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ListedFile } from '../catalogue/file.ts';

/** What is decoded, and what is listed so that it is reported rather than passed over. MP4 is video as a rule. */
const AUDIO =
  /\.(wav|wave|bwf|rf64|bw64|flac|ogg|oga|opus|mp3|mp2|aif|aiff|aifc|m4a|m4b|aac|caf|w64|wma|au|snd|ape|wv|spx)$/i;
/** Files asked for their size at once: enough to keep a disk or a network busy. */
const AT_ONCE = 64;

export interface ListedFolder {
  readonly files: readonly ListedFile[];
  /** Folders that could not be read, with the reason. Path within the root; '' is the root itself. */
  readonly unreadable: readonly { readonly path: string; readonly cause: unknown }[];
}

/**
 * Lists the audio files below a folder, a folder at a time, in code unit order. Links are followed, each folder once, so that a loop of links
 * ends; names that begin with a dot (hidden, `._` of macOS) and `__MACOSX` are passed over, and so is a file that is gone
 * before its size is known.
 */
export async function* listAudioFiles(root: string): AsyncGenerator<ListedFolder, void> {
  const visited = new Set<string>();
  const waiting = [''];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    try {
      const real = await realpath(join(root, folder));
      if (visited.has(real)) continue;
      visited.add(real);
      const { folders, files } = await entriesOf(real, folder);
      waiting.push(...folders.sort().reverse());
      yield { files: await sized(root, files.sort()), unreadable: [] };
    } catch (cause) {
      yield { files: [], unreadable: [{ path: folder, cause }] };
    }
  }
}

async function entriesOf(real: string, folder: string) {
  const folders: string[] = [];
  const files: string[] = [];
  for await (const entry of await opendir(real, { bufferSize: 1024 })) {
    if (entry.name.startsWith('.') || entry.name === '__MACOSX') continue;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    const facts = entry.isSymbolicLink() ? await stat(join(real, entry.name)).catch(() => undefined) : entry;
    if (facts?.isDirectory()) folders.push(path);
    else if (facts?.isFile() && AUDIO.test(entry.name)) files.push(path);
  }
  return { folders, files };
}

async function sized(root: string, paths: readonly string[]): Promise<ListedFile[]> {
  const files: ListedFile[] = [];
  for (let from = 0; from < paths.length; from += AT_ONCE) {
    const some = paths.slice(from, from + AT_ONCE).map(async (relativePath) => {
      const facts = await stat(join(root, relativePath)).catch(() => undefined);
      return facts && { relativePath, bytes: facts.size, mtimeMs: Math.trunc(facts.mtimeMs) };
    });
    for (const file of await Promise.all(some)) if (file) files.push(file);
  }
  return files;
}
