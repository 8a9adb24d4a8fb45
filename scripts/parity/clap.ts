import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FAMILIES } from '#core/checkpoint/families.ts';
import { clapMel } from '#core/dsp/clapMel.ts';
import { partForClap } from '#core/pipeline/models/clapEmbeddings.ts';
import { createTokenizer } from '#core/text/tokenizer.ts';
import { loadOnnxRuntime } from '#engine/onnx/runtime.ts';
import { relativeError, type ParityFamily } from './checkpoint.ts';

/** What training/templates/clap_checkpoint.py embeds. */
const TEXT = 'a heavy wooden door slams in a stone hallway';

/** Both towers on the same inputs, then all the way from words and from samples. */
export const clap: ParityFamily = {
  module: 'templates.clap_checkpoint',
  sizes: ['unfused', 'fused', 'larger'],

  async compare({ folder, floats, run, errorOf }) {
    const ort = await loadOnnxRuntime();
    const json = async (name: string): Promise<unknown> =>
      JSON.parse(await readFile(join(folder, name), 'utf8'));
    const configs = { '': await json('config.json'), processor: await json('preprocessor_config.json') };
    const facts = FAMILIES.find(({ family }) => family === 'clap')?.describe(configs);
    if (facts?.family !== 'clap') throw new Error(`${folder} is no CLAP`);

    const samples = partForClap(floats('sound/samples').data, facts.clap.sampleRate, facts.clap);
    const { views, frames, bins, data } = clapMel(samples, facts.clap);
    const input_features = new ort.Tensor('float32', data, [1, views, frames, bins]);
    const heard = await run('clapAudio', { input_features });

    const tokenizer = createTokenizer(await json('tokenizer.json'), await json('tokenizer_config.json'));
    const { ids, attentionMask } = tokenizer.encode(TEXT, facts.conditioning.textTokens);
    const length = attentionMask.lastIndexOf(1) + 1;
    const tokens = (values: readonly number[]) =>
      new ort.Tensor('int64', BigInt64Array.from(values.slice(0, length), BigInt), [1, length]);
    const said = await run('clapText', { input_ids: tokens(ids), attention_mask: tokens(attentionMask) });

    return {
      clapText: await errorOf('clapText', ['input_ids', 'attention_mask'], 'embedding'),
      clapAudio: await errorOf('clapAudio', ['input_features'], 'embedding'),
      'front end': relativeError(data, floats('clapAudio/input_features').data),
      'from words to the embedding': relativeError(
        said['embedding']?.data,
        floats('clapText/embedding').data,
      ),
      'from samples to the embedding': relativeError(
        heard['embedding']?.data,
        floats('clapAudio/embedding').data,
      ),
    };
  },
};
