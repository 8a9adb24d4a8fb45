import { asRefoleyError, RefoleyError } from '#core/errors.ts';
import { throttled } from '../throttled.ts';
import { createJobs, type JobContext } from './jobs.ts';
import type { JobInput, JobKind, JobOutput, Reply, Request } from './protocol.ts';

/** Those of edits: what is being rendered is drawn meanwhile, and what comes next need not wait for it. */
const SIDE_BY_SIDE: ReadonlySet<JobKind> = new Set([
  'renderEdit',
  'drawEdit',
  'drawSpectrogram',
  'measureEdit',
  'snapEdit',
]);

/**
 * The inference process, over whatever channel its parent has to it. Takes most jobs one after another, for onnxruntime
 * would serialise them anyway, and answers each of them exactly once.
 */
export function serveJobs(reply: (message: Reply) => void) {
  const jobs = createJobs();
  const cancelled = new Map<number, AbortController>();
  let queue: Promise<unknown> = Promise.resolve();

  const answer = async (request: Extract<Request, { type: 'run' }>, signal: AbortSignal): Promise<void> => {
    const { id, kind, input } = request;
    try {
      if (signal.aborted) throw new RefoleyError('cancelled', 'cancelled before it began');
      const progress: JobContext['progress'] = throttled((now) =>
        reply({ type: 'progress', id, progress: now }),
      );
      const output = await runJob(kind, input, { signal, progress });
      reply({ type: 'done', id, output });
    } catch (cause) {
      const error = asRefoleyError(cause);
      reply({ type: 'failed', id, kind: error.kind, message: error.message });
    } finally {
      cancelled.delete(id);
    }
  };

  const runJob = <Kind extends JobKind>(
    kind: Kind,
    input: JobInput<Kind>,
    context: JobContext,
  ): Promise<JobOutput<Kind>> => {
    const job = jobs[kind] as (input: JobInput<Kind>, context: JobContext) => Promise<JobOutput<Kind>>;
    return job(input, context);
  };

  return {
    receive(request: Request): void {
      if (request.type === 'cancel') {
        cancelled.get(request.id)?.abort();
        return;
      }
      const controller = new AbortController();
      cancelled.set(request.id, controller);
      if (SIDE_BY_SIDE.has(request.kind)) queue = Promise.all([queue, answer(request, controller.signal)]);
      else queue = queue.then(() => answer(request, controller.signal));
    },
    /** The parent is gone, perhaps killed: cleans up as for a cancel. */
    async abandon(): Promise<void> {
      for (const controller of cancelled.values()) controller.abort();
      await queue;
    },
  };
}
