import { createInference, type Inference } from './host.ts';
import type { CreatePort } from './protocol.ts';

/** Runs each job in a process that ends with it: jobs do not wait for each other, and what they held in memory is free again. */
export function createOwnProcess(createPort: CreatePort): Inference {
  const running = new Set<Inference>();
  return {
    run(kind, input, options) {
      const inference = createInference(createPort);
      running.add(inference);
      return inference.run(kind, input, options).finally(() => {
        running.delete(inference);
        inference.close();
      });
    },
    close() {
      for (const inference of running) inference.close();
    },
  };
}
