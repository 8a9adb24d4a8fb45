import { createInference } from './host.ts';
import type { Inference } from './host.ts';
import type { CreatePort } from './protocol.ts';

/** Several inference processes that share the work, each started by the first job it gets. */
export interface InferencePool extends Inference {
  /** How many jobs it does at once. */
  readonly size: number;
}

/** Each job goes to the process with the fewest under way. A pool that was closed starts again with the next job. */
export function createInferencePool(createPort: CreatePort, size: number): InferencePool {
  const members = Array.from({ length: size }, () => ({ inference: createInference(createPort), busy: 0 }));
  return {
    size,
    run(kind, input, options) {
      const member = members.reduce((least, other) => (other.busy < least.busy ? other : least));
      member.busy++;
      return member.inference.run(kind, input, options).finally(() => member.busy--);
    },
    close() {
      for (const { inference } of members) inference.close();
    },
  };
}
