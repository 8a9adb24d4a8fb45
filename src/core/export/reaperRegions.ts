import type { ExportedFile } from './exportedFile.ts';
import { timelineMarks } from './timeline.ts';

/** Markers and regions as REAPER's Region/Marker Manager imports them: `#,Name,Start,End,Length`, times in seconds. */
export function reaperRegions(files: readonly ExportedFile[]): string {
  const rows = timelineMarks(files).map(({ at, end, label }, index) => {
    const times = end === null ? [at.toFixed(6), '', ''] : [at, end, end - at].map((time) => time.toFixed(6));
    return [`${end === null ? 'M' : 'R'}${index + 1}`, quoted(label), ...times].join(',');
  });
  return `${['#,Name,Start,End,Length', ...rows].join('\r\n')}\r\n`;
}

function quoted(text: string): string {
  const line = text.replace(/\s+/gu, ' ');
  return /[",]/.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
}
