import type { ErrorKind } from '#core/errors.ts';
import type { Holding } from './environment.ts';
import type { JobProgress, Jobs } from './jobs.ts';

export type JobKind = keyof Jobs;
export type JobInput<Kind extends JobKind> = Parameters<Jobs[Kind]>[0];
export type JobOutput<Kind extends JobKind> = Awaited<ReturnType<Jobs[Kind]>>;

/** Parent to child. Typed arrays cross by structured clone; whole recordings never do, only paths to them. */
export type Request =
  | { readonly type: 'run'; readonly id: number; readonly kind: JobKind; readonly input: JobInput<JobKind> }
  | { readonly type: 'cancel'; readonly id: number };

/** Child to parent: any number of `progress`, then exactly one `done` or `failed` for each `run`. */
export type Reply =
  | { readonly type: 'progress'; readonly id: number; readonly progress: JobProgress }
  | { readonly type: 'done'; readonly id: number; readonly output: JobOutput<JobKind> }
  | { readonly type: 'failed'; readonly id: number; readonly kind: ErrorKind; readonly message: string };

/** One end of a channel to a child process: a plain child, Electron's utility process or a fake in tests. */
export interface WorkerPort {
  post(request: Request): void;
  onReply(listener: (reply: Reply) => void): void;
  /** Called once when the child is gone; `reason` says how, for example 'signal SIGKILL'. */
  onExit(listener: (reason: string) => void): void;
  kill(): void;
}

/** @param holding what the process will hold most of; samples unless given */
export type CreatePort = (holding?: Holding) => WorkerPort;
