import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { asRefoleyError, RefoleyError, type ErrorKind } from '#core/errors.ts';
import type { RequestedSettings } from '#core/pipeline/settings.ts';
import type { EngineContext, Work } from '../context.ts';
import { recipeAt } from '../takes/recipeAt.ts';
import { makeTakes, SEEDS } from '../takes/makeTakes.ts';
import { slug } from '../takes/outputPaths.ts';
import { readBatch, type BatchRow } from './readBatch.ts';

export interface BatchRequest {
  readonly file: string;
  readonly out: string;
  /** Of all rows; a row's own cells come before them. */
  readonly settings?: RequestedSettings | undefined;
}

export interface BatchRowReport extends Pick<BatchRow, 'line' | 'set' | 'prompt'> {
  readonly takes: readonly { readonly path: string; readonly seed: number; readonly made: boolean }[];
  /** Why it is not complete; null otherwise. */
  readonly problem: { readonly kind: ErrorKind; readonly message: string } | null;
}

export interface BatchReport {
  readonly rows: readonly BatchRowReport[];
  /** Takes that were made now, and that were there from the last time. */
  readonly made: number;
  readonly kept: number;
  /** Rows. */
  readonly failed: number;
}

/**
 * Makes the takes of a table into a folder, as `<set>_01.wav`. Run again, it goes on where it was: a take that is there and was
 * made from the same row stays. A row that fails does not end the others.
 *
 * @throws RefoleyError as `readBatch`, before any work; 'cancelled'
 */
export async function runBatch(
  context: EngineContext,
  { file, out, settings }: BatchRequest,
  work: Work,
): Promise<BatchReport> {
  const rows = withPaths(await readBatch(file), resolve(out));
  const reports: BatchRowReport[] = [];
  for (const [place, { row, paths }] of rows.entries()) {
    work.onProgress?.({ stage: 'batch', done: place + 1, of: rows.length });
    const takes: { path: string; seed: number; made: boolean }[] = [];
    let problem: BatchRowReport['problem'] = null;
    try {
      for (const [variation, path] of paths.entries()) {
        const seed = (row.seed + variation) % SEEDS;
        const made = !isThere(path, row, seed);
        if (made) {
          const { prompt, negative, duration = settings?.duration } = row;
          const requested = { ...settings, prompt, negative: negative || settings?.negative, duration, seed };
          await makeTakes(context, { settings: requested, out: path }, work);
        }
        takes.push({ path, seed, made });
      }
    } catch (cause) {
      const { kind, message } = asRefoleyError(cause);
      if (kind === 'cancelled') throw cause;
      problem = { kind, message };
    }
    reports.push({ line: row.line, set: row.set, prompt: row.prompt, takes, problem });
  }
  const all = reports.flatMap(({ takes }) => takes);
  const made = all.filter((take) => take.made).length;
  const failed = reports.filter(({ problem }) => problem !== null).length;
  return { rows: reports, made, kept: all.length - made, failed };
}

/** Numbers go on where two rows make one set. */
function withPaths(rows: readonly BatchRow[], folder: string) {
  const used = new Map<string, number>();
  return rows.map((row) => {
    const stem = slug(row.set);
    const before = used.get(stem) ?? 0;
    used.set(stem, before + row.variations);
    const paths = Array.from({ length: row.variations }, (_, variation) =>
      join(folder, `${stem}_${String(before + variation + 1).padStart(2, '0')}.wav`),
    );
    return { row, paths };
  });
}

/** @throws RefoleyError 'input' when something else lies there */
function isThere(path: string, { prompt, negative, duration }: BatchRow, seed: number): boolean {
  if (!existsSync(path)) return false;
  const recipe = recipeAt(path);
  const same =
    recipe?.prompt === prompt &&
    recipe.seed === seed &&
    (negative === '' || recipe.negative === negative) &&
    (duration === undefined || recipe.duration === duration);
  if (same) return true;
  throw new RefoleyError('input', `${path} is another sound: choose another folder, or move it away`);
}
