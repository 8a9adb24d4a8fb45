import { condition } from '#core/dsp/condition.ts';
import { probeSignal } from '#core/dsp/probeSignal.ts';
import { generate } from '#core/pipeline/generate.ts';
import { createModel } from '#core/pipeline/models/createModel.ts';
import type { GraphRunner, Tensor } from '#core/pipeline/parts.ts';
import { checkSettings, type RequestedSettings } from '#core/pipeline/settings.ts';
import { createTestPack } from '#core/pipeline/testPack.ts';
import type { RunningPack } from '../../inference/loadPack.ts';

/** NEIGHBOURS of training/refoley_training/realdm/reference.py. */
const NEIGHBOURS = [
  { caption: 'a wooden gate', seconds: 3.1, weight: 2 },
  { caption: 'wind', seconds: 0.7, weight: 1 },
] as const;
const RATE = 16_000;

export type Stages = Readonly<
  Record<string, { readonly dims: readonly number[]; readonly data: Float32Array }>
>;

/** The take of reference.py, with what it has of each stage: of the UNet the row that is told of everything. */
export async function reAudioldmTake(pack: RunningPack, settings: RequestedSettings): Promise<Stages> {
  const { manifest } = pack;
  if (!('family' in manifest) || manifest.family !== 're-audioldm') throw new Error('no pack of Re-AudioLDM');
  const stages: Record<string, Stages[string]> = {};
  const keep = (name: string, tensor: Tensor | undefined) => {
    if (tensor?.type !== 'float32') throw new Error(`the take has no ${name}`);
    const { dims, data } = tensor;
    stages[name] ??= { dims: [1, ...dims.slice(1)], data: data.slice(-data.length / (dims[0] ?? 1)) };
  };
  const run: GraphRunner = async (part, inputs) => {
    const outputs = await pack.run(part, inputs);
    if (part === 'unet') {
      for (const name of ['text_embedding', 'audio_tokens', 'text_tokens']) keep(name, inputs[name]);
      keep('prediction', outputs['prediction']);
    }
    if (part === 'vaeDecoder') keep('decoded', inputs['latent']);
    if (part === 'vaeDecoder') keep('log_mel', outputs['log_mel']);
    if (part === 'vocoder') keep('waveform', outputs['waveform']);
    return outputs;
  };
  const neighbours = NEIGHBOURS.map(({ caption, seconds, weight }) => ({
    ...{ caption, weight },
    samples: probeSignal(RATE, seconds),
  }));
  const asked = checkSettings({ sampleRate: RATE, start: 0, candidates: 1, ...settings }, manifest);
  const loaded = { ...pack, manifest, run, ears: createTestPack().ears };
  const { influence } = await generate(asked, neighbours, loaded);

  const model = createModel(loaded);
  const size = model.latentSize(asked.duration);
  const encoded = await model.encode(condition(neighbours[0]!.samples, RATE), size);
  const { decoded, waveform, ...rest } = stages;
  return {
    ...rest,
    latent: { dims: decoded!.dims, data: decoded!.data.map((value) => value * manifest.latent.scale) },
    // The vocoder gives a little more than was asked for.
    waveform: { dims: [1, size.samples], data: waveform!.data.subarray(0, size.samples) },
    influence: { dims: [1, influence.length], data: Float32Array.from(influence) },
    encoded: { dims: [1, size.channels, size.time, size.frequency], data: encoded },
  };
}
