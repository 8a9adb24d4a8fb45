import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { ERROR_KINDS } from '#core/errors.ts';
import { generateSchema, jobStates, type Job } from '#shared/take.ts';

/** A job with the seed of its first take, which was drawn when it was added: a restart goes on with the same takes. */
export interface StoredJob extends Job {
  readonly seed: number;
}

export type JobState = (typeof jobStates)[number];
export type JobProblem = NonNullable<Job['problem']>;

const json = z.string().transform((text): unknown => JSON.parse(text));
const jobRow = z.object({
  id: z.number().int(),
  state: z.enum(jobStates),
  request: json.pipe(generateSchema),
  seed: z.number().int(),
  made: z.number().int(),
  problem: z.union([z.null(), json.pipe(z.object({ kind: z.enum(ERROR_KINDS), message: z.string() }))]),
  addedAt: z.number(),
});

const COLUMNS = 'id, state, request, seed, made, problem, added_at AS addedAt';

const OF_BATCH = "(request ->> '$.batch' IS NOT NULL)";

export function createJobQueries(db: Database) {
  const add = db.prepare<[string, number, number]>(
    `INSERT INTO jobs (state, request, seed, added_at) VALUES ('waiting', ?, ?, ?) RETURNING ${COLUMNS}`,
  );
  const byId = db.prepare<[number]>(`SELECT ${COLUMNS} FROM jobs WHERE id = ?`);
  const listed = db.prepare<[]>(
    `SELECT ${COLUMNS} FROM jobs
     WHERE dismissed = 0 AND state <> 'done' AND (NOT ${OF_BATCH} OR state = 'running') ORDER BY id`,
  );
  const batched = db.prepare<[]>(
    `SELECT ${COLUMNS} FROM jobs WHERE dismissed = 0 AND ${OF_BATCH} ORDER BY id`,
  );
  const next = db.prepare<[]>(
    `SELECT ${COLUMNS} FROM jobs WHERE dismissed = 0 AND state = 'waiting' ORDER BY ${OF_BATCH}, id LIMIT 1`,
  );
  const setState = db.prepare<[JobState, string | null, number]>(
    'UPDATE jobs SET state = ?, problem = ? WHERE id = ?',
  );
  const count = db.prepare<[number]>('UPDATE jobs SET made = made + 1 WHERE id = ?');
  const dismiss = db.prepare<[number]>('UPDATE jobs SET dismissed = 1 WHERE id = ?');
  const resume = db.prepare("UPDATE jobs SET state = 'waiting' WHERE state = 'running'");

  return {
    add: (request: Job['request'], seed: number): StoredJob =>
      jobRow.parse(add.get(JSON.stringify(request), seed, Date.now())),
    byId(id: number): StoredJob | undefined {
      const row = byId.get(id);
      return row === undefined ? undefined : jobRow.parse(row);
    },
    /** All but the finished, the dismissed, and rows of a batch unless their turn has come; the oldest first. */
    listed: (): StoredJob[] => listed.all().map((row) => jobRow.parse(row)),
    /** Rows of batches, finished ones included. */
    batched: (): StoredJob[] => batched.all().map((row) => jobRow.parse(row)),
    /** The one whose turn it is: what somebody waits for comes before the rows of a batch. */
    next(): StoredJob | undefined {
      const row = next.get();
      return row === undefined ? undefined : jobRow.parse(row);
    },
    setState(id: number, state: JobState, problem?: JobProblem): void {
      setState.run(state, problem ? JSON.stringify(problem) : null, id);
    },
    /** One more of its takes is finished. */
    count: (id: number): void => {
      count.run(id);
    },
    dismiss: (id: number): void => {
      dismiss.run(id);
    },
    /** What was running when the app ended waits again. */
    resume: (): void => {
      resume.run();
    },
  };
}
