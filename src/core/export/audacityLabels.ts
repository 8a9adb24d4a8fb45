import type { ExportedFile } from './exportedFile.ts';
import { timelineMarks } from './timeline.ts';

/** A label track of Audacity (File, Import, Labels): beginning, end and text between tabs, times in seconds. */
export function audacityLabels(files: readonly ExportedFile[]): string {
  return timelineMarks(files)
    .map(({ at, end, label }) =>
      [at.toFixed(6), (end ?? at).toFixed(6), label.replace(/\s+/gu, ' ')].join('\t'),
    )
    .map((line) => `${line}\n`)
    .join('');
}
