import { SvelteMap } from 'svelte/reactivity';
import type { Generate, Job, JobProgress } from '#shared/take.ts';
import { call, on } from '../bridge.ts';

/** The queue: what is being made, what waits, what failed. */
export class JobsState {
  list = $state.raw<readonly Job[]>([]);
  readonly progress = new SvelteMap<number, JobProgress>();
  running = $derived(this.list.find(({ state }) => state === 'running'));
  /** How many takes are still to be made. */
  waiting = $derived(
    this.list
      .filter(({ state }) => state === 'running' || state === 'waiting')
      .reduce((sum, { request, made }) => sum + request.variations - made, 0),
  );

  constructor() {
    on('jobs.changed', (jobs) => this.#set(jobs));
    on('job.progress', (progress) => this.progress.set(progress.id, progress));
  }

  async load(): Promise<void> {
    this.#set(await call('jobs.list'));
  }

  #set(jobs: readonly Job[]): void {
    this.list = jobs;
    const known = new Set(jobs.map(({ id }) => id));
    for (const id of this.progress.keys()) if (!known.has(id)) this.progress.delete(id);
  }

  add(request: Generate): Promise<Job> {
    return call('jobs.add', request);
  }

  async cancel(id: number): Promise<void> {
    await call('jobs.cancel', { id });
  }

  async retry(id: number): Promise<void> {
    await call('jobs.retry', { id });
  }

  async dismiss(id: number): Promise<void> {
    await call('jobs.dismiss', { id });
  }
}
