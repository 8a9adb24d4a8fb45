import { setImmediate } from 'node:timers/promises';
import { RefoleyError } from '#core/errors.ts';
import type { Step } from '#core/step.ts';

/** Items that are done, and a share of the next. */
export interface ExportProgress {
  readonly stage: 'export';
  readonly done: number;
  readonly of: number;
}

/** Who waits for an export. */
export interface ExportWatch {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ExportProgress) => void) | undefined;
}

/**
 * Tells how far an export is, and ends it where it is cancelled: messages come in between two steps.
 *
 * @param counted what a share of the work is, counted in items
 */
export function pacedBy(
  { signal, onProgress }: ExportWatch,
  counted: (share: number) => Omit<ExportProgress, 'stage'>,
): Step {
  return async (share) => {
    onProgress?.({ stage: 'export', ...counted(share) });
    await setImmediate();
    requireGoing(signal);
  };
}

/** @throws RefoleyError `cancelled` */
export function requireGoing(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new RefoleyError('cancelled', 'the export was cancelled; what is written stays');
}
