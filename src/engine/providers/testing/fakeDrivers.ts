import type { CreatePort, JobInput, JobOutput, Reply } from '../../inference/protocol.ts';

type Trial = JobInput<'fixedRun'>;
/** What a driver does: answers, dies, says nothing for ever, or refuses for a reason. */
export type Driver = (trial: Trial) => JobOutput<'fixedRun'> | string;

export interface FakeDrivers {
  readonly createPort: CreatePort;
  /** Processes that were started, and those of them that were ended or died. */
  readonly count: () => { readonly started: number; readonly ended: number };
}

/** Inference processes in which drivers do as a test says. */
export function createFakeDrivers(driver: Driver): FakeDrivers {
  let [started, ended] = [0, 0];
  const createPort: CreatePort = () => {
    started++;
    let onReply = (_: Reply): void => undefined;
    let onExit = (_: string): void => undefined;
    return {
      post(request) {
        if (request.type !== 'run') return;
        const { id } = request;
        const done = driver(request.input as Trial);
        queueMicrotask(() => {
          if (done === 'dies') {
            ended++;
            onExit('signal SIGSEGV');
          } else if (typeof done === 'object') onReply({ type: 'done', id, output: done });
          else if (done !== 'hangs') onReply({ type: 'failed', id, kind: 'unavailable', message: done });
        });
      },
      onReply: (listener) => (onReply = listener),
      onExit: (listener) => (onExit = listener),
      kill: () => ended++,
    };
  };
  return { createPort, count: () => ({ started, ended }) };
}
