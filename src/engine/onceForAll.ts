import type { EngineProgress, Work } from './context.ts';

/**
 * A long action that is done once for everybody who needs it: who comes while it runs waits for it and hears how far it is. Where it was
 * stopped or failed, the next one goes on.
 */
export function onceForAll(act: (work: Work) => Promise<void>): (work: Work) => Promise<void> {
  const waiting = new Set<Work>();
  const onProgress = (progress: EngineProgress): void =>
    waiting.forEach((each) => each.onProgress?.(progress));
  let acting: Promise<void> | undefined;
  let done = false;
  const actOnce = async (work: Work): Promise<void> => {
    await act({ ...work, onProgress });
    done = true;
  };
  return async (work) => {
    waiting.add(work);
    try {
      while (acting) await acting.catch(() => undefined);
      if (!done) await (acting = actOnce(work).finally(() => (acting = undefined)));
    } finally {
      waiting.delete(work);
    }
  };
}
