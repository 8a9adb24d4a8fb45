import { describe, expect, it } from 'vitest';
import { createInference } from './host.ts';
import type { CreatePort, Reply, Request } from './protocol.ts';

/** A worker that answers when the test says so. */
function createFakeWorkers() {
  const workers: {
    requests: Request[];
    reply: (reply: Reply) => void;
    exit: (reason: string) => void;
    killed: boolean;
  }[] = [];
  const createPort: CreatePort = () => {
    const worker = {
      requests: [] as Request[],
      reply: (_: Reply): void => undefined,
      exit: (_: string): void => undefined,
      killed: false,
    };
    workers.push(worker);
    return {
      post: (request) => worker.requests.push(request),
      onReply: (listener) => (worker.reply = listener),
      onExit: (listener) => (worker.exit = listener),
      kill: () => (worker.killed = true),
    };
  };
  const at = (index: number) => {
    const worker = workers[index];
    if (!worker) throw new Error(`worker ${index} was not started`);
    return worker;
  };
  return { createPort, workers, at };
}

const texts = { hearing: '/pack', texts: ['gate'] };

describe('createInference', () => {
  it('starts one worker, at the first job, and matches replies to jobs', async () => {
    const { createPort, workers, at } = createFakeWorkers();
    const inference = createInference(createPort);
    expect(workers.length).toBe(0);
    const [first, second] = [inference.run('embedTexts', texts), inference.run('embedTexts', texts)];
    expect(workers.length).toBe(1);
    const [a, b] = at(0).requests.map(({ id }) => id);
    at(0).reply({ type: 'done', id: b ?? 0, output: [Float32Array.of(2)] });
    at(0).reply({ type: 'done', id: a ?? 0, output: [Float32Array.of(1)] });
    expect(await first).toEqual([Float32Array.of(1)]);
    expect(await second).toEqual([Float32Array.of(2)]);
  });

  it('passes errors by kind, and settles once', async () => {
    const { createPort, at } = createFakeWorkers();
    const job = createInference(createPort).run('embedTexts', texts);
    at(0).reply({ type: 'failed', id: 1, kind: 'corrupt', message: 'a graph is damaged' });
    at(0).reply({ type: 'done', id: 1, output: [] });
    await expect(job).rejects.toMatchObject({ kind: 'corrupt', message: 'a graph is damaged' });
  });

  it('fails what was under way when the worker dies, and starts another for the next job', async () => {
    const { createPort, workers, at } = createFakeWorkers();
    const inference = createInference(createPort);
    const jobs = [inference.run('embedTexts', texts), inference.run('embedTexts', texts)];
    at(0).exit('signal SIGKILL');
    for (const job of jobs) {
      await expect(job).rejects.toMatchObject({
        kind: 'unavailable',
        message: expect.stringContaining('SIGKILL'),
      });
    }
    const next = inference.run('embedTexts', texts);
    at(0).exit('reported again');
    expect(workers.length).toBe(2);
    at(1).reply({ type: 'done', id: 3, output: [] });
    expect(await next).toEqual([]);
  });

  it('asks the worker to cancel, and waits for its answer', async () => {
    const { createPort, at } = createFakeWorkers();
    const controller = new AbortController();
    const job = createInference(createPort).run('embedTexts', texts, { signal: controller.signal });
    controller.abort();
    expect(at(0).requests.at(-1)).toEqual({ type: 'cancel', id: 1 });
    at(0).reply({ type: 'failed', id: 1, kind: 'cancelled', message: 'stopped' });
    await expect(job).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('starts nothing for a job that is cancelled already', async () => {
    const { createPort, workers } = createFakeWorkers();
    const job = createInference(createPort).run('embedTexts', texts, { signal: AbortSignal.abort() });
    await expect(job).rejects.toMatchObject({ kind: 'cancelled' });
    expect(workers.length).toBe(0);
  });

  it('passes progress on until the job is done', async () => {
    const { createPort, at } = createFakeWorkers();
    const seen: number[] = [];
    const job = createInference(createPort).run('embedTexts', texts, {
      onProgress: ({ done }) => seen.push(done),
    });
    at(0).reply({ type: 'progress', id: 1, progress: { stage: 'sample', done: 1, of: 2 } });
    at(0).reply({ type: 'done', id: 1, output: [] });
    at(0).reply({ type: 'progress', id: 1, progress: { stage: 'sample', done: 2, of: 2 } });
    await job;
    expect(seen).toEqual([1]);
  });

  it('kills the worker when it is closed, and leaves no job open', async () => {
    const { createPort, at } = createFakeWorkers();
    const inference = createInference(createPort);
    const job = inference.run('embedTexts', texts);
    inference.close();
    expect(at(0).killed).toBe(true);
    await expect(job).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
