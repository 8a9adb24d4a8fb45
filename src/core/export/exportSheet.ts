import type { ExportedFile } from './exportedFile.ts';

/** Everything that was exported, as JSON. */
export function sheetJson(files: readonly ExportedFile[]): string {
  return `${JSON.stringify({ files }, null, 2)}\n`;
}

const COLUMNS = [
  'name',
  'path',
  'sha256',
  'seconds',
  'sampleRate',
  'bits',
  'channels',
  'loudness',
  'loudnessRange',
  'truePeak',
  'time',
  'region',
  'layer',
  'catId',
  'category',
  'subcategory',
  'fxName',
  'creatorId',
  'sourceId',
  'description',
  'author',
  'rights',
  'prompt',
  'seed',
  'pack',
  'neighbours',
  'edits',
] as const;

/** The same as a table (RFC 4180) in UTF-8 with a byte order mark, without which Excel takes it for another encoding. */
export function sheetCsv(files: readonly ExportedFile[]): string {
  const rows = files.map((file) => COLUMNS.map((column) => cell(valueOf(file, column))));
  return `\ufeff${[COLUMNS, ...rows].map((row) => row.join(',')).join('\r\n')}\r\n`;
}

function valueOf(file: ExportedFile, column: (typeof COLUMNS)[number]): string | number | null {
  if (column === 'edits') return file.edits.join(', ');
  if (column !== 'neighbours') return file[column];
  return file.neighbours
    .map(({ name, influence, author, licence }) =>
      [name, `${Math.round(100 * influence)} %`, author, licence].filter(Boolean).join(', '),
    )
    .join('; ');
}

/** A text that a spreadsheet would take for a formula is marked as text: a prompt may come from anywhere. */
function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(Number(value.toFixed(6)));
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
