import type { ExportedFile } from './exportedFile.ts';

/** A file on the timeline of a project; seconds. */
export interface Placed {
  readonly file: ExportedFile;
  readonly at: number;
}

/** Between files that have no time of their own. */
const GAP = 1;

/**
 * Where files lie in a project: at their time references, the first of them at its beginning, or in a row where none has one.
 */
export function timeline(files: readonly ExportedFile[]): Placed[] {
  const timed = files.some(({ time }) => time > 0);
  const first = files.reduce((least, { time }) => Math.min(least, time), Infinity);
  let end = 0;
  return files.map((file) => {
    const at = timed ? file.time - first : end;
    end = at + file.seconds + GAP;
    return { file, at };
  });
}

/** Markers and regions of all files on that timeline, by their beginnings; each file is a region of its own. */
export function timelineMarks(
  files: readonly ExportedFile[],
): { readonly at: number; readonly end: number | null; readonly label: string }[] {
  return timeline(files)
    .flatMap(({ file, at }) => [
      { at, end: at + file.seconds, label: file.name },
      ...file.marks.map((mark) => ({
        at: at + mark.at,
        end: mark.end === null ? null : at + mark.end,
        label: mark.label,
      })),
    ])
    .sort((a, b) => a.at - b.at);
}
