import type { WorkProgress } from '#shared/channel.ts';
import type { EngineProgress, Work } from '../context.ts';
import type { CallContext } from './handlers.ts';

/** A call's signal and progress as the engine's actions take them. */
export function work({ signal, onProgress }: CallContext): Work {
  return { signal, onProgress: (progress) => onProgress(publicProgress(progress)) };
}

function publicProgress(progress: EngineProgress): WorkProgress {
  const { stage, done, of } = progress;
  if (progress.stage !== 'library') return { stage, done, of };
  return { stage: progress.part, done, of, left: progress.left };
}
