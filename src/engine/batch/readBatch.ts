import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { RefoleyError } from '#core/errors.ts';
import { fxNameOf } from '#core/export/ucsName.ts';
import { fileError } from '../files/fileError.ts';
import { readCsv } from '../files/readCsv.ts';
import { seedOf } from './seedOf.ts';

/** A row of a batch: one prompt, and the set that its takes make. */
export interface BatchRow {
  /** Of the file, from 1. */
  readonly line: number;
  readonly set: string;
  readonly prompt: string;
  readonly negative: string;
  /** Seconds; undefined leaves it to the settings. */
  readonly duration: number | undefined;
  readonly variations: number;
  /** Of the first take; the same row has the same seed the next time. */
  readonly seed: number;
}

/** What a window shows at once. */
const MOST_ROWS = 500;
const MOST_BYTES = 1024 * 1024;
const EXPECTED = '"prompt" (and, if you like, "negative", "duration", "variations", "seed", "name")';

const cell = z
  .string()
  .optional()
  .transform((text) => (text?.trim() === '' ? undefined : text?.trim()));
const number = (name: string, low: number, high: number) =>
  cell.transform((text, context) => {
    if (text === undefined) return undefined;
    const value = Number(text.replace(',', '.'));
    if (value >= low && value <= high) return value;
    context.addIssue({
      code: 'custom',
      message: `${name} must be between ${low} and ${high}, not "${text}"`,
    });
    return z.NEVER;
  });
const whole = (name: string, low: number, high: number) =>
  number(name, low, high).refine((value) => value === undefined || Number.isInteger(value), {
    error: `${name} must be a whole number`,
  });

const rowSchema = z.object({
  prompt: cell.pipe(z.string('the prompt is missing').max(2000, 'the prompt is too long')),
  negative: cell.pipe(z.string().max(2000, 'the negative prompt is too long').default('')),
  duration: number('duration', 0.2, 10.24),
  variations: whole('variations', 1, 100).transform((count) => count ?? 1),
  seed: whole('seed', 0, 0xffff_ffff),
  name: cell.pipe(z.string().max(200, 'the name is too long').optional()),
  set: cell.pipe(z.string().max(200, 'the name is too long').optional()),
});

/**
 * Reads a batch: a table with a header (commas, semicolons or tabs), a row a prompt.
 * @throws RefoleyError `input` that names the line; as `fileError`
 */
export async function readBatch(path: string): Promise<BatchRow[]> {
  const table = readCsv(await readText(path), path, {
    isHeader: (names) => names.includes('prompt'),
    expected: EXPECTED,
  });
  const rows = table.filter(({ cells }) => Object.values(cells).some((text) => text.trim() !== ''));
  if (rows.length === 0) throw new RefoleyError('input', `${path} has no rows: write one for each prompt`);
  if (rows.length > MOST_ROWS)
    throw new RefoleyError('input', `${path} has ${rows.length} rows: at most ${MOST_ROWS}, split it`);
  return rows.map(({ line, cells }) => {
    const parsed = rowSchema.safeParse(cells);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new RefoleyError('input', `${path}, line ${line}: ${issue?.message ?? 'cannot be read'}`);
    }
    const { name, set = name, seed, ...row } = parsed.data;
    const named = set ?? (fxNameOf(row.prompt) || 'Untitled');
    return { line, ...row, set: named, seed: seed ?? seedOf(`${named}\n${row.prompt}`) };
  });
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) throw new RefoleyError('input', `${path} is too long for a batch: split it`);
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw fileError(cause, path);
  }
}
