import { loadOnnxRuntime } from '#engine/onnx/runtime.ts';
import { relativeError, type Checkpoint, type Floats, type ParityFamily } from './checkpoint.ts';
import { compareDenoising } from './denoising.ts';

export const audioldm2: ParityFamily = {
  module: 'templates.audioldm2_checkpoint',
  sizes: ['base', 'large'],
  compare: async (checkpoint) => {
    const { errorOf } = checkpoint;
    const words = ['text_embedding', 'text_states', 'text_mask'];
    return {
      clapText: await errorOf('clapText', ['input_ids', 'attention_mask'], 'embedding'),
      clapAudio: await errorOf('clapAudio', ['input_features'], 'embedding'),
      textEncoder2: await errorOf('textEncoder2', ['input_ids', 'attention_mask'], 'states'),
      projectionModel: await errorOf('projectionModel', words, 'states'),
      languageModel: await compareGenerated(checkpoint),
      ...(await compareDenoising(checkpoint, ['generated_states', 'text_states', 'text_mask'])),
    };
  },
};

/** The states that the language model adds, each from all before it. */
async function compareGenerated({ case: given, floats, open }: Checkpoint): Promise<number> {
  const ort = await loadOnnxRuntime();
  const wanted = floats('languageModel/generated');
  const [batch = 0, count = 0, width = 0] = wanted.dims;
  const rowsOf = <Row>(data: ArrayLike<Row>): Row[][] => {
    const length = data.length / batch;
    return Array.from({ length: batch }, (_, row) =>
      Array.from({ length }, (_, i) => data[row * length + i]!),
    );
  };
  const states = rowsOf(floats('languageModel/states').data);
  const masks = rowsOf(given('languageModel/mask').data as BigInt64Array);
  const session = await open('languageModel');
  for (let made = 0; made < count; made++) {
    const length = masks[0]!.length;
    const { next_state: next } = (await session.run({
      states: new ort.Tensor('float32', Float32Array.from(states.flat()), [batch, length, width]),
      mask: new ort.Tensor('int64', BigInt64Array.from(masks.flat()), [batch, length]),
    })) as Record<string, Floats>;
    for (const [row, state] of rowsOf(next?.data ?? []).entries()) {
      states[row]!.push(...state);
      masks[row]!.push(1n);
    }
  }
  await session.release();
  const generated = states.flatMap((row) => row.slice(-count * width));
  return relativeError(Float32Array.from(generated), wanted.data);
}
