import { condition } from '#core/dsp/condition.ts';
import { mixdown } from '#core/dsp/mixdown.ts';
import type { EngineContext, Library } from '../context.ts';
import type { Region } from '../library/decodedAudio.ts';
import { decodeFile } from '../library/decode.ts';

/** What the ears make of a sound. */
export interface Heard {
  /** The pack's CLAP audio embedding, unit length. */
  readonly clap: Float32Array;
  readonly judged:
    { readonly embedding: Float32Array; readonly posteriors: readonly Float32Array[] } | undefined;
}

/** Seconds of a sound that the ears hear; they listen to 9.3 from the onset. */
const HEARD = 45;
const JUDGED = 9.4;

/** @param judge file of an ONNX graph, when there is one to ask */
export async function listen(
  { inference }: EngineContext,
  { analyser }: Library,
  path: string,
  judge: string | undefined,
  region?: Region,
): Promise<Heard> {
  const { channels, sampleRate } = await decodeFile(path, region, HEARD);
  const samples = mixdown(channels);
  const clap = await analyser.embedAudio(samples, sampleRate);
  if (judge === undefined) return { clap, judged: undefined };
  const heard = condition(samples, sampleRate).slice(0, Math.ceil(JUDGED * sampleRate));
  return { clap, judged: await inference.run('judge', { graph: judge, samples: heard, sampleRate }) };
}
