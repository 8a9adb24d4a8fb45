import type { ExportedFile } from './exportedFile.ts';
import { timeline, timelineMarks, timelineStart } from './timeline.ts';

/** REAPER's names of decoders. */
const SOURCES: Readonly<Record<string, string>> = { wav: 'WAVE', flac: 'FLAC', ogg: 'VORBIS' };

/**
 * A project of REAPER with a track for each file, its item at its place in time, and all markers and regions. Files are named without
 * their folder: the project lies beside them. https://github.com/ReaTeam/Doc/blob/master/State%20Chunk%20Definitions
 */
export function reaperProject(files: readonly ExportedFile[]): string {
  const rate = files[0]?.sampleRate ?? 48_000;
  const placed = timeline(files);
  return [
    '<REAPER_PROJECT 0.1 "6.0/linux" 0',
    // What REAPER shows as the time of the project's beginning.
    `  PROJOFFS ${timelineStart(files).toFixed(9)} 0 0`,
    `  SAMPLERATE ${rate} 1 0`,
    ...timelineMarks(files).flatMap(({ at, end, label }, index) => [
      `  MARKER ${index + 1} ${at.toFixed(9)} ${quoted(label)} ${end === null ? 0 : 1}`,
      ...(end === null ? [] : [`  MARKER ${index + 1} ${end.toFixed(9)} "" 1`]),
    ]),
    ...placed.flatMap(({ file, at }) => [
      '  <TRACK',
      `    NAME ${quoted(file.name.replace(/\.\w+$/, ''))}`,
      `    NCHAN ${Math.max(2, file.channels + (file.channels % 2))}`,
      '    <ITEM',
      `      POSITION ${at.toFixed(9)}`,
      `      LENGTH ${file.seconds.toFixed(9)}`,
      '      LOOP 0',
      `      NAME ${quoted(file.name)}`,
      `      <SOURCE ${SOURCES[file.name.split('.').at(-1) ?? ''] ?? 'WAVE'}`,
      `        FILE ${quoted(file.name)}`,
      '      >',
      '    >',
      '  >',
    ]),
    '>',
    '',
  ].join('\n');
}

/** REAPER knows three quotation marks and no escapes: the first that the text does not hold is taken. */
function quoted(text: string): string {
  const line = text.replace(/\s+/gu, ' ');
  const mark = ['"', "'", '`'].find((candidate) => !line.includes(candidate));
  return mark === undefined ? `\`${line.replaceAll('`', "'")}\`` : `${mark}${line}${mark}`;
}
