import { generateTokens } from '#core/pipeline/tokens/generateTokens.ts';
import { loadOnnxRuntime } from '#engine/onnx/runtime.ts';
import { relativeError, type Floats, type ParityFamily } from './checkpoint.ts';

const CODEBOOKS = 4;
const VOCABULARY = 2048;
/** Keys and values of 48 layers of 24 heads of 64, with words and without. */
const PAST = [96, 2, 24, 64];

/** Text encoder and codec on the same inputs; of the language model the logits of each step, where the likeliest token is always taken. */
export const audiogen: ParityFamily = {
  module: 'templates.audiogen_checkpoint',
  // How its codec pads its edges.
  sizes: ['constant', 'reflect'],

  async compare({ floats, open, errorOf }) {
    const { Tensor } = await loadOnnxRuntime();
    const errors: Record<string, number> = {
      textEncoder: await errorOf('textEncoder', ['input_ids', 'attention_mask'], 'states'),
      codecDecoder: await errorOf('codecDecoder', ['codes'], 'waveform'),
    };

    const { data: told, dims } = floats('textEncoder/states');
    const [, words = 0, width = 0] = dims;
    const mask = Float32Array.from({ length: 2 * words }, (_, i) => Number(i < words));
    const constants = {
      text_states: new Tensor('float32', Float32Array.of(...told, ...told), [2, words, width]),
      text_mask: new Tensor('float32', mask, [2, words]),
    };
    const [guidance = 1] = floats('loop/guidance').data;
    const [frames = 0] = floats('loop/frames').data;
    const decoder = await open('decoder');
    const made: number[] = [];
    await generateTokens(
      {
        ...{ frames, guidance, codebooks: CODEBOOKS, vocabulary: VOCABULARY },
        ...{ topK: 1, temperature: 1, seed: 0, candidate: 0 },
      },
      async (column, past, steps) => {
        const { logits, present } = (await decoder.run({
          ...constants,
          codes: new Tensor('int64', BigInt64Array.from([...column, ...column], BigInt), [2, CODEBOOKS, 1]),
          past: new Tensor('float32', past, [steps, ...PAST]),
        })) as Record<string, Floats>;
        if (!logits || !present) throw new Error('the decoder gave nothing');
        for (const value of logits.data) made.push(value);
        const half = logits.data.length / 2;
        return {
          logits: [logits.data.subarray(0, half), logits.data.subarray(half)],
          present: present.data,
        };
      },
    );
    await decoder.release();
    errors[`logits of ${frames} frames, greedy, with guidance`] = relativeError(
      Float32Array.from(made),
      floats('loop/logits').data,
    );
    return errors;
  },
};
