import { z } from 'zod';
import { RefoleyError } from '#core/errors.ts';
import { isCatId } from '#core/text/ucs.ts';

/** What the user says about a file; an empty cell says nothing. */
export interface UserFacts {
  readonly caption: string | undefined;
  /** The same said in other words (Clotho has five captions a sound). */
  readonly otherCaptions: readonly string[];
  readonly licence: string | undefined;
  readonly author: string | undefined;
  readonly catId: string | undefined;
}

/** A row of a captions file: the user's facts and the file they are about. */
export interface CaptionRow extends UserFacts {
  readonly file: FileReference;
}

export type FileReference =
  /** A path within the source, or absolute. */
  | { readonly by: 'path'; readonly path: string }
  /** A file name, in whatever folder (Clotho). */
  | { readonly by: 'name'; readonly name: string }
  /** A clip of a video, whose file is named by it; `start` in seconds (AudioCaps). */
  | { readonly by: 'youtube'; readonly id: string; readonly start: number | undefined };

/** A row as it stands in the file, and where: "line 3". */
export interface RawRow {
  readonly where: string;
  readonly cells: unknown;
}

const text = z
  .string()
  .nullish()
  .transform((cell) => (cell?.trim() === '' ? undefined : cell?.trim()));
const texts = z.union([
  text.transform((one) => (one === undefined ? [] : [one])),
  z.array(z.string().trim()),
]);
const number = z
  .union([z.number(), z.string().trim(), z.null()])
  .optional()
  .transform((cell) => (cell === '' || cell === null || cell === undefined ? undefined : Number(cell)))
  .pipe(z.number('must be a number of seconds').nonnegative().optional());
const NUMBERED = /^caption[_ ]?(\d+)$/;

/** Column names in lower case; those that are not here are ignored. */
const rowSchema = z.object({
  file: text,
  path: text,
  file_name: text,
  filename: text,
  youtube_id: text,
  start_time: number,
  caption: texts,
  captions: texts,
  licence: text,
  license: text,
  author: text,
  catid: text,
});
const SHAPES = [
  ['file', 'caption'],
  ['file_name', 'caption_1'],
  ['youtube_id', 'caption'],
] as const;

/** Whether these columns, in lower case, can hold captions of files. */
export function areCaptionColumns(names: readonly string[]): boolean {
  return (
    ['file', 'path', 'file_name', 'filename', 'youtube_id'].some((name) => names.includes(name)) &&
    names.some((name) => ['caption', 'captions'].includes(name) || NUMBERED.test(name))
  );
}

/** What a file whose columns are none of these is told. */
export const EXPECTED_COLUMNS = SHAPES.map((columns) =>
  columns.map((name) => `"${name}"`).join(' and '),
).join(', or ');

/**
 * Reads rows; one that is wholly empty says nothing.
 *
 * @param path the file they are from, for the message
 * @throws RefoleyError `input` naming the row that cannot be understood
 */
export function readCaptionRows(rows: Iterable<RawRow>, path: string): CaptionRow[] {
  return [...rows].flatMap(({ where, cells }) => {
    const row = readRow(cells);
    if (typeof row === 'string') {
      throw new RefoleyError('input', `${path}, ${where}: ${row}: mend it and run it again`);
    }
    return row ? [row] : [];
  });
}

/** The row, nothing for an empty one, or what is wrong with it. */
function readRow(cells: unknown): CaptionRow | undefined | string {
  if (typeof cells !== 'object' || cells === null || Array.isArray(cells))
    return 'this is no row with columns';
  const byName = Object.fromEntries(
    Object.entries(cells as Readonly<Record<string, unknown>>).map(([name, cell]) => [
      name.trim().toLowerCase(),
      cell,
    ]),
  );
  const parsed = rowSchema.safeParse({ caption: undefined, captions: undefined, ...byName });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `the column "${String(issue?.path[0] ?? '')}" cannot be understood (${issue?.message ?? ''})`;
  }
  const { caption, captions, licence, license, author, catid, ...rest } = parsed.data;
  const numbered = numberedCaptions(byName);
  if (typeof numbered === 'string') return numbered;
  const said = [...caption, ...captions, ...numbered].filter((words) => words !== '');
  const file = fileOf(rest);
  if (!file) return said.length > 0 ? 'there is a caption and no file' : undefined;
  return {
    file,
    caption: said[0],
    otherCaptions: [...new Set(said.slice(1))].filter((words) => words !== said[0]),
    licence: licence ?? license,
    author,
    catId: catid !== undefined && isCatId(catid) ? catid : undefined,
  };
}

/** `caption_1`, `caption_2` and so on, in the order of their numbers. */
function numberedCaptions(cells: Readonly<Record<string, unknown>>): string[] | string {
  const found: [number, string][] = [];
  for (const [name, cell] of Object.entries(cells)) {
    const place = NUMBERED.exec(name)?.[1];
    if (place === undefined) continue;
    const parsed = text.safeParse(cell);
    if (!parsed.success) return `the column "${name}" is no text`;
    if (parsed.data !== undefined) found.push([Number(place), parsed.data]);
  }
  return found.sort(([a], [b]) => a - b).map(([, words]) => words);
}

type FileCells = Pick<
  z.output<typeof rowSchema>,
  'file' | 'path' | 'file_name' | 'filename' | 'youtube_id' | 'start_time'
>;

function fileOf({
  file,
  path,
  file_name,
  filename,
  youtube_id,
  start_time,
}: FileCells): FileReference | undefined {
  const where = file ?? path;
  if (where !== undefined) return { by: 'path', path: where };
  const name = file_name ?? filename;
  if (name !== undefined) return { by: 'name', name };
  return youtube_id === undefined ? undefined : { by: 'youtube', id: youtube_id, start: start_time };
}
