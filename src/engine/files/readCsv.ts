import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { RefoleyError } from '#core/errors.ts';

export interface CsvRow {
  /** Of the file, from 1. */
  readonly line: number;
  /** By the names of the columns, in lower case. */
  readonly cells: Readonly<Record<string, string>>;
}

export interface CsvHeader {
  readonly isHeader: (names: readonly string[]) => boolean;
  /** The columns that are needed, for the message. */
  readonly expected: string;
}

const recordsSchema = z.array(
  z.object({ record: z.record(z.string(), z.string()), info: z.object({ lines: z.number() }) }),
);

/**
 * Reads a table with a header: separated by commas, semicolons or tabs.
 * @param path for the message
 * @throws RefoleyError `input` when it is none or lacks a column, naming the line
 */
export function readCsv(content: string, path: string, { isHeader, expected }: CsvHeader): CsvRow[] {
  const columns = (header: string[]): string[] => {
    const names = header.map((name) => name.trim().toLowerCase());
    if (isHeader(names)) return names;
    throw new RefoleyError('input', `${path}, line 1: the columns ${expected} are needed`);
  };
  const delimiter = delimiterOf(content);
  try {
    const parsed: unknown = parse(content, {
      bom: true,
      columns,
      delimiter,
      info: true,
      relax_column_count: true,
      // Programs that write tabs do not escape quotation marks.
      relax_quotes: delimiter === '\t',
      skip_empty_lines: true,
    });
    return recordsSchema.parse(parsed).map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new RefoleyError('input', `${path}: ${cause.message}: mend that line and run it again`, { cause });
  }
}

/** The separator of the first line: spreadsheets of many countries write semicolons. */
function delimiterOf(content: string): string {
  const [header = ''] = content.split('\n', 1);
  return ['\t', ',', ';'].find((candidate) => header.includes(candidate)) ?? ',';
}
