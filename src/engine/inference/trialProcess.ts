import { RefoleyError } from '#core/errors.ts';
import { createInference } from './host.ts';
import type { CreatePort, JobInput, JobKind, JobOutput } from './protocol.ts';

/** A process for what may crash or hang. */
export interface TrialProcess {
  /**
   * @param limit milliseconds
   * @throws RefoleyError of the job's own kind; `unavailable` when the process ends, or does not answer in time, and is ended;
   *   `cancelled` at once after the signal
   */
  run<Kind extends JobKind>(kind: Kind, input: JobInput<Kind>, limit: number): Promise<JobOutput<Kind>>;
  close(): void;
}

export function createTrialProcess(createPort: CreatePort, signal?: AbortSignal): TrialProcess {
  let ended: string | undefined;
  const inference = createInference(() => {
    const port = createPort();
    return {
      ...port,
      onExit: (listener) =>
        port.onExit((reason) => {
          ended ??= `it ended its process (${reason})`;
          listener(reason);
        }),
    };
  });
  return {
    run(kind, input, limit) {
      // A driver that hangs hears no cancel: only the end of its process ends it.
      const end = () => inference.close();
      const late = setTimeout(() => {
        ended = `it did not answer within ${limit / 1000} s`;
        end();
      }, limit);
      signal?.addEventListener('abort', end, { once: true });
      return inference
        .run(kind, input, { signal })
        .catch((cause: unknown) => {
          if (signal?.aborted) throw new RefoleyError('cancelled', 'the test was cancelled', { cause });
          throw ended === undefined ? cause : new RefoleyError('unavailable', ended);
        })
        .finally(() => {
          clearTimeout(late);
          signal?.removeEventListener('abort', end);
        });
    },
    close: () => inference.close(),
  };
}
