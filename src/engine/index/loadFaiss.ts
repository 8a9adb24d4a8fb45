import { createRequire } from 'node:module';
import type * as Faiss from 'faiss-node';

export type FaissModule = typeof Faiss;

/**
 * Loads FAISS, or tells why it cannot be had: undefined means exact search.
 *
 * @param warn takes one line for the user
 */
export function loadFaiss(warn: (line: string) => void): FaissModule | undefined {
  // Idle OpenMP threads would otherwise spin: single HNSW queries take 16 ms instead of 0.3 ms.
  process.env['OMP_WAIT_POLICY'] ??= 'PASSIVE';
  try {
    return createRequire(import.meta.url)('faiss-node') as FaissModule;
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n', 1)[0] ?? '') : String(cause);
    warn(
      `FAISS cannot be loaded, so every search compares with the whole library (run "npm run setup"): ${reason}`,
    );
    return undefined;
  }
}
