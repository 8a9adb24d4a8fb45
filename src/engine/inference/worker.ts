/**
 * The entry of the inference child process. It takes jobs from its parent one after another, for onnxruntime would
 * serialise them anyway, and answers each of them exactly once.
 */
import { asRefoleyError, RefoleyError } from '#core/errors.ts';
import { createJobs, type JobContext } from './jobs.ts';
import type { JobInput, JobKind, JobOutput, Reply, Request } from './protocol.ts';

/** Progress goes out a few times a second: no more often than this, in milliseconds. */
const PROGRESS_INTERVAL = 100;

const jobs = createJobs();
const cancelled = new Map<number, AbortController>();
let queue = Promise.resolve();

process.on('message', (message) => {
  const request = message as Request;
  if (request.type === 'cancel') {
    cancelled.get(request.id)?.abort();
    return;
  }
  const controller = new AbortController();
  cancelled.set(request.id, controller);
  queue = queue.then(() => answer(request, controller.signal));
});

// Ctrl-C reaches the whole process group: the parent decides, by a cancel that leaves nothing half done.
process.on('SIGINT', () => undefined);

// The parent is gone, perhaps killed: clean up as for a cancel and leave.
process.on('disconnect', () => {
  for (const controller of cancelled.values()) controller.abort();
  void queue.then(() => process.exit(0));
});

async function answer(request: Extract<Request, { type: 'run' }>, signal: AbortSignal): Promise<void> {
  const { id, kind, input } = request;
  try {
    if (signal.aborted) throw new RefoleyError('cancelled', 'cancelled before it began');
    const output = await runJob(kind, input, { signal, progress: throttledProgress(id) });
    reply({ type: 'done', id, output });
  } catch (cause) {
    const error = asRefoleyError(cause);
    reply({ type: 'failed', id, kind: error.kind, message: error.message });
  } finally {
    cancelled.delete(id);
  }
}

function runJob<Kind extends JobKind>(
  kind: Kind,
  input: JobInput<Kind>,
  context: JobContext,
): Promise<JobOutput<Kind>> {
  const job = jobs[kind] as (input: JobInput<Kind>, context: JobContext) => Promise<JobOutput<Kind>>;
  return job(input, context);
}

function throttledProgress(id: number): JobContext['progress'] {
  let last = { stage: '', time: 0 };
  return (progress) => {
    const time = performance.now();
    if (progress.stage === last.stage && time - last.time < PROGRESS_INTERVAL) return;
    last = { stage: progress.stage, time };
    reply({ type: 'progress', id, progress });
  };
}

function reply(message: Reply): void {
  if (process.connected) process.send?.(message);
}
