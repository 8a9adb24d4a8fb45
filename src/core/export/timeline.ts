import type { ExportedFile } from './exportedFile.ts';

/** A file on the timeline of a project; seconds. */
export interface Placed {
  readonly file: ExportedFile;
  readonly at: number;
}

/** Between files that have no time of their own. */
const GAP = 1;

/** The time of day at which a project of these files begins, in seconds; 0 where none has a time. */
export function timelineStart(files: readonly ExportedFile[]): number {
  const times = files.flatMap(({ time }) => (time > 0 ? [time] : []));
  return times.length === 0 ? 0 : Math.min(...times);
}

/** Where files lie in a project: at their time references, and those that have none after them in a row. */
export function timeline(files: readonly ExportedFile[]): Placed[] {
  const start = timelineStart(files);
  const ends = files.map(({ time, seconds }) => (time > 0 ? time - start + seconds + GAP : 0));
  let end = ends.reduce((latest, each) => Math.max(latest, each), 0);
  return files.map((file) => {
    if (file.time > 0) return { file, at: file.time - start };
    const at = end;
    end += file.seconds + GAP;
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
