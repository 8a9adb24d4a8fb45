import { RefoleyError } from '#core/errors.ts';
import type { JobProgress } from './jobs.ts';
import type { CreatePort, JobInput, JobKind, JobOutput, Reply, WorkerPort } from './protocol.ts';

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: JobProgress) => void) | undefined;
}

/** Runs model jobs in a child process, because onnxruntime blocks the event loop of the process that calls it. */
export interface Inference {
  /**
   * @throws RefoleyError of the job's own kind; 'cancelled' after `signal`, within one diffusion step;
   *   'unavailable' when the child process dies
   */
  run<Kind extends JobKind>(
    kind: Kind,
    input: JobInput<Kind>,
    options?: RunOptions,
  ): Promise<JobOutput<Kind>>;
  close(): void;
}

/** One that tells whether somebody waits for it. */
export interface InferenceProcess extends Inference {
  isIdle(): boolean;
}

interface Pending {
  readonly port: WorkerPort;
  settle(reply: Reply): void;
  fail(error: RefoleyError): void;
}

/** How the message begins where the child died. */
export const PROCESS_ENDED = 'the inference process ended unexpectedly';

/** The child is started by the first job, and again by the next one after it died. */
export function createInference(createPort: CreatePort): InferenceProcess {
  const pending = new Map<number, Pending>();
  let port: WorkerPort | undefined;
  let nextId = 1;

  const connect = (): WorkerPort => {
    const connected = createPort();
    connected.onReply((reply) => pending.get(reply.id)?.settle(reply));
    connected.onExit((reason) => {
      if (port === connected) port = undefined;
      const message = `${PROCESS_ENDED} (${reason}): close other programs to free memory and try again`;
      for (const job of pending.values()) {
        if (job.port === connected) job.fail(new RefoleyError('unavailable', message));
      }
    });
    return connected;
  };

  return {
    run(kind, input, { signal, onProgress } = {}) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(new RefoleyError('cancelled', 'cancelled before it began'));
          return;
        }
        const worker = (port ??= connect());
        const id = nextId++;
        const cancel = () => worker.post({ type: 'cancel', id });
        const finish = () => {
          pending.delete(id);
          signal?.removeEventListener('abort', cancel);
        };
        pending.set(id, {
          port: worker,
          settle(reply) {
            if (reply.type === 'progress') {
              onProgress?.(reply.progress);
              return;
            }
            finish();
            if (reply.type === 'done') resolve(reply.output as JobOutput<typeof kind>);
            else reject(new RefoleyError(reply.kind, reply.message));
          },
          fail(error) {
            finish();
            reject(error);
          },
        });
        signal?.addEventListener('abort', cancel, { once: true });
        worker.post({ type: 'run', id, kind, input });
      });
    },
    isIdle: () => pending.size === 0,
    close() {
      const closing = port;
      port = undefined;
      for (const job of pending.values()) job.fail(new RefoleyError('cancelled', 'the program is closing'));
      closing?.kill();
    },
  };
}
