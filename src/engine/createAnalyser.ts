import { asRefoleyError } from '#core/errors.ts';
import { heardPart } from '#core/pipeline/ears.ts';
import type { Calibration } from '#core/retrieval/fuse.ts';
import type { Inference } from './inference/host.ts';
import type { InferencePool } from './inference/pool.ts';
import type { Analyser } from './library/analyser.ts';
import { modelName, type HearingPack } from './packs/pack.ts';

/**
 * Embeds captions and sounds in the inference process, of a sound only the few seconds that are heard; files are listened
 * to by a pool of them.
 *
 * @param pack that hears
 * @param peaksFolder where the waveforms for drawing go
 */
export function createAnalyser(
  inference: Inference,
  listeners: InferencePool,
  pack: HearingPack,
  calibration: Calibration,
  peaksFolder: string,
  signal?: AbortSignal,
): Analyser {
  const { folder: hearing, manifest } = pack;
  return {
    model: modelName(pack),
    calibration,
    lanes: listeners.size,
    embedTexts: (texts) => inference.run('embedTexts', { hearing, texts }, { signal }),
    embedAudio(samples, sampleRate) {
      const heard = heardPart(samples, sampleRate, manifest);
      return inference.run('embedAudio', { hearing, samples: heard, sampleRate }, { signal });
    },
    async analyse(path, parts) {
      const listen = () => listeners.run('analyseFile', { hearing, path, parts, peaksFolder }, { signal });
      try {
        return await listen();
      } catch (cause) {
        if (asRefoleyError(cause).kind !== 'unavailable') throw cause;
      }
      // The process ended, perhaps by this file's doing: a file that ends two is not let near a third.
      await listeners.run('prepare', { hearing, parts: ['clapAudio'] }, { signal });
      return listen().catch((cause: unknown) => {
        const { kind, message } = asRefoleyError(cause);
        if (kind !== 'unavailable') throw cause;
        return {
          problem: { kind: 'corrupt', message: `it cannot be analysed (${message}): convert it to WAV` },
        };
      });
    },
  };
}
