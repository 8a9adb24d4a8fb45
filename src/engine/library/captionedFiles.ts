import { basename, isAbsolute, relative, sep } from 'node:path';
import type { FileReference } from './captionRows.ts';

const YOUTUBE_ID = 11;
/** What follows the video in a file's name: the start, in seconds or milliseconds, perhaps the end. */
const CLIP_SUFFIX = /^(?:[_-](\d+(?:\.\d+)?)(?:[_-].*)?)?$/;

/** Finds the files of a source that rows of a captions file speak of. */
export interface CaptionedFiles {
  /** Paths within the source, with forward slashes; none when no file is meant. */
  find(reference: FileReference): readonly string[];
}

/**
 * @param root folder of the source
 * @param listed paths of its files within it, where names have to be found among them
 */
export function captionedFiles(root: string, listed: readonly string[]): CaptionedFiles {
  const byName = new Map<string, string[]>();
  const byVideo = new Map<string, { readonly path: string; readonly start: number | undefined }[]>();
  for (const path of listed) {
    const name = basename(path);
    append(byName, name.normalize('NFC'), path);
    const stem = name.replace(/\.[^.]+$/, '');
    // A video's own id may begin with a Y.
    for (const rest of stem.startsWith('Y') ? [stem, stem.slice(1)] : [stem]) {
      const suffix = CLIP_SUFFIX.exec(rest.slice(YOUTUBE_ID));
      const start = suffix?.[1] === undefined ? undefined : Number(suffix[1]);
      if (suffix) append(byVideo, rest.slice(0, YOUTUBE_ID), { path, start });
    }
  }
  return {
    find(reference) {
      if (reference.by === 'path') return [inSource(reference.path, root)];
      if (reference.by === 'name') {
        const path = inSource(reference.name, root);
        return byName.get(basename(path)) ?? [path];
      }
      const { start } = reference;
      const clips = byVideo.get(reference.id) ?? [];
      return clips.filter((clip) => isSameStart(clip.start, start)).map(({ path }) => path);
    },
  };
}

/** Where either does not say, there is but one clip of the video. */
function isSameStart(file: number | undefined, row: number | undefined): boolean {
  return file === undefined || row === undefined || file === row || file === row * 1000;
}

function inSource(file: string, root: string): string {
  const path = isAbsolute(file) ? relative(root, file) : file;
  return path.split(sep).join('/').replaceAll('\\', '/').replace(/^\.\//, '').normalize('NFC');
}

function append<V>(map: Map<string, V[]>, key: string, value: V): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
