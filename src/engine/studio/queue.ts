import { randomInt } from 'node:crypto';
import { levelOrNull } from '#core/dsp/level.ts';
import { asRefoleyError, RefoleyError } from '#core/errors.ts';
import type { Progress } from '#core/pipeline/generate.ts';
import { checkSettings } from '#core/pipeline/settings.ts';
import type { GenerateRequest, Job } from '#shared/take.ts';
import type { StoredJob } from '../catalogue/jobs.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { EngineContext, EngineProgress, Work } from '../context.ts';
import { makeTakes, SEEDS } from '../takes/makeTakes.ts';
import { followRecipe } from '../takes/remakeTake.ts';
import type { TakeReport } from '../takes/renderTakes.ts';
import type { Tell } from './events.ts';
import { createTimeLeft } from './timeLeft.ts';
import { createWakeable } from './wakeable.ts';

export interface Queue {
  /** @throws RefoleyError `input` for settings out of range, before anything is queued */
  add(request: GenerateRequest): Promise<Job>;
  /** As {@link add}, of many: all or none. */
  addAll(requests: readonly GenerateRequest[]): Promise<Job[]>;
  /** Ends a job within a step, or takes it out of the queue; takes it has finished stay. */
  cancel(id: number): void;
  /** Goes on with a job that failed or was cancelled, from the first take that it has not made. */
  retry(id: number): void;
  dismiss(id: number): void;
  list(): Job[];
  /** Rows of batches, finished ones included, which the list leaves out. */
  batched(): Job[];
  /** Ends what is running or waiting of them. */
  cancelBatch(): void;
  /** Takes those off that are finished, failed or cancelled. */
  clearBatch(): void;
  /** Goes on with what was not finished when the app ended. */
  resume(): void;
  /** Ends the present job as if the app had been closed: it goes on the next time. */
  close(): Promise<void>;
}

/**
 * Makes takes one job after another. A job is a row before its work begins, and a take is a row as soon as its file is
 * there, so that neither a crash nor a restart loses anything.
 *
 * @param onTake a take was written and is in the catalogue
 */
export function createQueue(
  context: EngineContext,
  catalogue: Catalogue,
  tell: Tell,
  onTake: (takeId: number) => void,
): Queue {
  let running: { readonly id: number; readonly controller: AbortController } | undefined;
  let closing = false;

  const changed = (): void => tell('jobs.changed', catalogue.jobs.listed().map(publicJob));
  const setState: typeof catalogue.jobs.setState = (id, state, problem) => {
    catalogue.jobs.setState(id, state, problem);
    changed();
  };

  const worker = createWakeable(async () => {
    for (let job = catalogue.jobs.next(); job && !closing; job = catalogue.jobs.next()) await run(job);
  });

  const run = async (job: StoredJob): Promise<void> => {
    const { id } = job;
    const controller = new AbortController();
    running = { id, controller };
    setState(id, 'running');
    try {
      await make(job, controller.signal);
      setState(id, 'done');
    } catch (cause) {
      const { kind, message } = asRefoleyError(cause);
      if (closing) catalogue.jobs.setState(id, 'waiting');
      else if (kind === 'cancelled') setState(id, 'cancelled');
      else setState(id, 'failed', { kind, message });
    } finally {
      running = undefined;
    }
  };

  const make = async ({ id, request, seed, made }: StoredJob, signal: AbortSignal): Promise<void> => {
    const { settings, pins, bans, variations, parent } = request;
    const timeLeft = createTimeLeft(variations - made);
    let take = made;
    const finished = (report: TakeReport): void => {
      const takeId = keep(id, request, report);
      timeLeft.finished();
      take++;
      tell('takes.changed', { ids: [takeId] });
      changed();
      onTake(takeId);
    };
    const work: Work = {
      signal,
      onProgress(progress) {
        if (!isOfTake(progress)) return;
        tell('job.progress', { id, take, stage: progress.stage, ...timeLeft.progress(progress) });
      },
    };
    // Asked for anew, it would say that its neighbours were pinned.
    const same = parent?.descent === 'again' ? catalogue.takes.byId(parent.takeId) : undefined;
    if (same) await followRecipe(context, { recipe: same.recipe, onTake: finished }, work);
    else
      await makeTakes(
        context,
        {
          settings: { ...settings, seed: (seed + made) % SEEDS },
          variations: variations - made,
          ...{ pins, bans, onTake: finished },
        },
        work,
      );
  };

  /** The take and the job's count in one transaction. */
  const keep = (jobId: number, { parent, set }: GenerateRequest, report: TakeReport): number =>
    catalogue.write(() => {
      const { path, sha256, seconds, loudness, recipe } = report;
      const takeId = catalogue.takes.add({
        ...{ jobId, path, sha256, seconds, recipe },
        loudness: levelOrNull(loudness),
        parentId: parent?.takeId ?? null,
        descent: parent?.descent ?? null,
        name: recipe.prompt,
        set: set ?? null,
        madeAt: Date.now(),
      });
      catalogue.jobs.count(jobId);
      return takeId;
    });

  const requireJob = (id: number): StoredJob => {
    const job = catalogue.jobs.byId(id);
    if (job) return job;
    throw new RefoleyError('not-found', 'this job is no longer there');
  };

  const addAll = async (requests: readonly GenerateRequest[]): Promise<Job[]> => {
    const { manifest } = await context.pack();
    const seeded = requests.map((request) => {
      const { seed, ...settings } = request.settings;
      const first = seed ?? randomInt(SEEDS);
      checkSettings({ ...settings, seed: first }, manifest);
      return { request, first };
    });
    const jobs = catalogue.write(() =>
      seeded.map(({ request, first }) => {
        catalogue.prompts.use(request.settings.prompt.trim());
        return catalogue.jobs.add(request, first);
      }),
    );
    changed();
    worker.wake();
    return jobs.map(publicJob);
  };

  return {
    add: async (request) => one(await addAll([request])),
    addAll,
    cancel(id) {
      if (running?.id === id) running.controller.abort();
      else if (requireJob(id).state === 'waiting') setState(id, 'cancelled');
    },
    retry(id) {
      const { state } = requireJob(id);
      if (state !== 'failed' && state !== 'cancelled') return;
      setState(id, 'waiting');
      worker.wake();
    },
    dismiss(id) {
      if (running?.id === id) running.controller.abort();
      catalogue.jobs.dismiss(id);
      changed();
    },
    list: () => catalogue.jobs.listed().map(publicJob),
    batched: () => catalogue.jobs.batched().map(publicJob),
    cancelBatch() {
      const rows = catalogue.jobs.batched();
      catalogue.write(() => {
        for (const { id, state } of rows) if (state === 'waiting') catalogue.jobs.setState(id, 'cancelled');
      });
      for (const { id } of rows) if (running?.id === id) running.controller.abort();
      changed();
    },
    clearBatch() {
      catalogue.write(() => {
        for (const { id, state } of catalogue.jobs.batched())
          if (state !== 'waiting' && state !== 'running') catalogue.jobs.dismiss(id);
      });
      changed();
    },
    resume() {
      catalogue.jobs.resume();
      changed();
      worker.wake();
    },
    async close() {
      closing = true;
      running?.controller.abort();
      await worker.idle();
    },
  };
}

const TAKE_STAGES: readonly string[] = ['encode', 'sample', 'decode', 'vocode', 'choose', 'finish'];

function isOfTake(progress: EngineProgress): progress is Progress {
  return TAKE_STAGES.includes(progress.stage);
}

function one(jobs: readonly Job[]): Job {
  const [job] = jobs;
  if (job) return job;
  throw new RefoleyError('internal', 'nothing was added to the queue: report it as a fault');
}

function publicJob({ seed: _, ...job }: StoredJob): Job {
  return job;
}
