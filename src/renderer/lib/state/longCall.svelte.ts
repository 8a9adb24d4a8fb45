import type { Asked, Output, WorkProgress } from '#shared/channel.ts';
import type { ChannelName, Contract } from '#shared/contract.ts';
import { call, callWork, on } from '../bridge.ts';

let calls = 0;

/** A long call, one at a time: how far it is, and its end before time. */
export class LongCall {
  running = $state(false);
  progress = $state.raw<WorkProgress | null>(null);
  #work = '';

  /** @throws RefoleyError as the call; `cancelled` after {@link cancel} */
  async run<Name extends ChannelName>(
    name: Name,
    input: Asked<Contract[Name]>,
  ): Promise<Output<Contract[Name]>> {
    const own = `call ${++calls}`;
    this.#work = own;
    this.running = true;
    this.progress = null;
    const stop = on('work.progress', ({ work, progress }) => {
      if (work === own) this.progress = progress;
    });
    try {
      return await callWork(name, input, own);
    } finally {
      stop();
      if (this.#work === own) {
        this.running = false;
        this.progress = null;
      }
    }
  }

  async cancel(): Promise<void> {
    if (this.running) await call('work.cancel', { work: this.#work });
  }

  /** 0 to 1; undefined before anything is known. */
  get share(): number | undefined {
    return this.progress ? this.progress.done / Math.max(1, this.progress.of) : undefined;
  }
}
