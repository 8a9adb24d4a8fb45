import { readFile } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { RefoleyError } from '#core/errors.ts';
import { isCatId } from '#core/text/ucs.ts';
import { fileError } from '../files/fileError.ts';

/** Found at the root of a source, it is read without being asked for. */
export const CAPTIONS_FILE = 'captions.csv';

/** What the user says about a file; an empty cell says nothing. */
export interface UserFacts {
  readonly caption: string | undefined;
  readonly licence: string | undefined;
  readonly author: string | undefined;
  readonly catId: string | undefined;
}

const text = z
  .string()
  .optional()
  .transform((cell) => (cell?.trim() === '' ? undefined : cell?.trim()));
const rowSchema = z.object({ file: text, caption: text, licence: text, author: text, catid: text });

/**
 * Reads a captions file: CSV (comma, semicolon or tab) with the columns `file` and `caption`, and `licence`, `author`
 * and `catId` where there are any; others are ignored. `file` is a path within the source.
 *
 * @param root folder of the source; absolute paths below it are understood too
 * @returns by path within the source, with forward slashes
 * @throws RefoleyError `not-found`, or `input` when it is not such a file
 */
export async function readCaptionsFile(path: string, root: string): Promise<Map<string, UserFacts>> {
  const rows = z.array(rowSchema).safeParse(parseCsv(await readText(path), path));
  if (!rows.success)
    throw new RefoleyError('input', `${path} cannot be read as captions: save it again as CSV`);
  const facts = new Map<string, UserFacts>();
  for (const { file, caption, licence, author, catid } of rows.data) {
    if (file === undefined) continue;
    const known = catid !== undefined && isCatId(catid) ? catid : undefined;
    facts.set(inSource(file, root), { caption, licence, author, catId: known });
  }
  return facts;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw fileError(cause, path);
  }
}

function parseCsv(content: string, path: string): unknown {
  const columns = (header: string[]): string[] => {
    const names = header.map((name) => name.trim().toLowerCase());
    if (names.includes('file') && names.includes('caption')) return names;
    throw new RefoleyError('input', `${path} needs the columns "file" and "caption" in its first line`);
  };
  try {
    return parse(content, {
      bom: true,
      columns,
      delimiter: delimiterOf(content),
      relax_column_count: true,
      skip_empty_lines: true,
    });
  } catch (cause) {
    if (cause instanceof CsvError) {
      throw new RefoleyError('input', `${path}: ${cause.message}: mend that line and run it again`, {
        cause,
      });
    }
    throw cause;
  }
}

/** The separator of the first line: spreadsheets of many countries write semicolons. */
function delimiterOf(content: string): string {
  const header = content.split('\n', 1)[0] ?? '';
  return [',', ';', '\t'].find((candidate) => header.includes(candidate)) ?? ',';
}

function inSource(file: string, root: string): string {
  const path = isAbsolute(file) ? relative(root, file) : file;
  return path.split(sep).join('/').replaceAll('\\', '/').replace(/^\.\//, '').normalize('NFC');
}
