import { RefoleyError } from '#core/errors.ts';
import { readCsv } from '../files/readCsv.ts';
import { areCaptionColumns, EXPECTED_COLUMNS } from './captionRows.ts';
import type { RawRow } from './captionRows.ts';

/**
 * Splits a captions file into rows: CSV (comma, semicolon or tab), JSON or JSON Lines, told apart by their first
 * character. JSON is a list of objects, the same as `data` of an object, or an object with a caption (or a list of
 * them) by file.
 *
 * @param path the file it is from, for the message
 * @throws RefoleyError `input` when it is none of these, naming the line
 */
export function splitRows(content: string, path: string): RawRow[] {
  const start = content.replace(/^\ufeff/, '').trimStart();
  if (start.startsWith('[')) return jsonRows(start, path);
  if (!start.startsWith('{')) return csvRows(content, path);
  const [first = ''] = start.split('\n', 1);
  return isJson(first) && start.trim() !== first.trim() ? jsonLines(content, path) : jsonRows(start, path);
}

function csvRows(content: string, path: string): RawRow[] {
  const isHeader = areCaptionColumns;
  return readCsv(content, path, { isHeader, expected: EXPECTED_COLUMNS }).map(({ line, cells }) => ({
    where: `line ${line}`,
    cells,
  }));
}

function jsonRows(content: string, path: string): RawRow[] {
  const parsed = parseJson(content, path);
  const list = Array.isArray(parsed) ? (parsed as unknown[]) : listIn(parsed);
  if (list) return list.map((cells, index) => ({ where: `entry ${index + 1}`, cells }));
  return Object.entries(parsed as Readonly<Record<string, unknown>>).map(([file, caption]) => ({
    where: `entry "${file}"`,
    cells: { file, caption },
  }));
}

/** `{"data": [...]}`, or a single row. */
function listIn(parsed: unknown): readonly unknown[] | undefined {
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  if ('data' in parsed && Array.isArray(parsed.data)) return parsed.data as unknown[];
  return areCaptionColumns(Object.keys(parsed).map((name) => name.toLowerCase())) ? [parsed] : undefined;
}

function jsonLines(content: string, path: string): RawRow[] {
  return content.split('\n').flatMap((line, index): RawRow[] => {
    if (line.trim() === '') return [];
    const where = `line ${index + 1}`;
    return [{ where, cells: parseJson(line, `${path}, ${where}`) }];
  });
}

function parseJson(content: string, where: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    const said = problem.replace(/\s+/g, ' ').slice(0, 160);
    const message = `${where}${lineOf(content, problem)}: ${said}: mend it and run it again`;
    throw new RefoleyError('input', message, { cause });
  }
}

/** The line of the place that the parser names by its position or by the text around it. */
function lineOf(content: string, problem: string): string {
  const position = /at position (\d+)/.exec(problem)?.[1];
  const around = /\.\.\."?([\s\S]+?)"?(?:\.\.\.)?" is not valid/.exec(problem)?.[1];
  const at = position === undefined ? content.indexOf(around ?? '\0') : Number(position);
  const lines = content.slice(0, at + (around?.length ?? 0) / 2).split('\n').length;
  return at < 0 || !content.includes('\n') ? '' : `, line ${lines}`;
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
