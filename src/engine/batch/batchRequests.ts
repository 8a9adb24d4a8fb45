import type { GenerateRequest, TakeSettings } from '#shared/take.ts';
import type { BatchRow } from './readBatch.ts';

/**
 * The jobs of a table: each row with the settings that it leaves open.
 * @param batch what the table is called
 */
export function batchRequests(
  rows: readonly BatchRow[],
  batch: string,
  settings: Omit<TakeSettings, 'prompt' | 'seed'>,
): GenerateRequest[] {
  return rows.map(({ set, prompt, negative, duration, variations, seed }) => {
    // The distilled mode cannot keep away from anything.
    const sampler = negative !== '' && settings.sampler === 'distilled' ? 'dpmpp' : settings.sampler;
    return {
      settings: {
        ...{ ...settings, prompt, seed, sampler },
        negative: negative || settings.negative,
        duration: duration ?? settings.duration,
      },
      ...{ variations, set, batch: batch.slice(0, 200), pins: [], bans: [] },
    };
  });
}
