import type { Work } from './context.ts';
import type { ScanContext } from './library/scanContext.ts';

/** What a scan of an open library needs; its progress is told as the engine tells it. */
export function scanContextOf(
  { catalogue, analyser, indexes }: Pick<ScanContext, 'catalogue' | 'analyser' | 'indexes'>,
  { signal, onProgress }: Work,
): ScanContext {
  return {
    ...{ catalogue, analyser, indexes, signal },
    onProgress: ({ stage, done, total, left }) =>
      onProgress?.({ stage: 'library', part: stage, done, of: total, left }),
  };
}
