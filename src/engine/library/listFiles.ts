import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What is decoded, and what is listed so that it is reported rather than passed over. MP4 is video as a rule. */
const AUDIO =
  /\.(wav|wave|bwf|rf64|bw64|flac|ogg|oga|opus|mp3|mp2|aif|aiff|aifc|m4a|m4b|aac|caf|w64|wma|au|snd|ape|wv|spx)$/i;

export interface ListedFiles {
  /** Paths within the folder, with forward slashes, in code unit order. */
  readonly files: readonly string[];
  /** Folders within it that could not be read, with the reason. */
  readonly unreadable: readonly { readonly path: string; readonly cause: unknown }[];
}

/**
 * Lists the audio files below a folder. Links are followed, each folder once, so that a loop of links ends; names
 * that begin with a dot (hidden, `._` of macOS) and `__MACOSX` are passed over.
 */
export async function listAudioFiles(root: string): Promise<ListedFiles> {
  const files: string[] = [];
  const unreadable: { path: string; cause: unknown }[] = [];
  const visited = new Set<string>();
  const waiting = [''];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    try {
      const real = await realpath(join(root, folder));
      if (visited.has(real)) continue;
      visited.add(real);
      for (const entry of await readdir(real, { withFileTypes: true })) {
        if (entry.name.startsWith('.') || entry.name === '__MACOSX') continue;
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        const facts = entry.isSymbolicLink() ? await stat(join(root, path)).catch(() => undefined) : entry;
        if (facts?.isDirectory()) waiting.push(path);
        else if (facts?.isFile() && AUDIO.test(entry.name)) files.push(path);
      }
    } catch (cause) {
      unreadable.push({ path: folder, cause });
    }
  }
  return { files: files.sort(byCodeUnits), unreadable };
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
