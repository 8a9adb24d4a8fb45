import { mixdown } from '#core/dsp/mixdown.ts';
import type { EngineContext, Library } from '../context.ts';
import { towerPart } from '#core/pipeline/embedSound.ts';
import type { Region } from '../library/decodedAudio.ts';
import { decodeFile } from '../library/decode.ts';
import type { Judgement } from '../onnx/judge.ts';

/** What the ears make of a sound. */
export interface Heard {
  /** The pack's CLAP audio embedding, unit length. */
  readonly clap: Float32Array;
  readonly judged: Judgement | undefined;
}

/** How far into a sound its peak is looked for, in seconds; the ears listen to 9.3 from the onset. */
const HEARD = 45;

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
  const heard = { graph: judge, samples: towerPart(samples, sampleRate), sampleRate };
  return { clap, judged: await inference.run('judge', heard) };
}
