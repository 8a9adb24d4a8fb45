import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { InferenceSession } from 'onnxruntime-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { changingInputs } from '#core/pack/stageOf.ts';
import { createPartSession, type PartSession } from './partSession.ts';
import { loadOnnxRuntime } from './runtime.ts';

const OPTIONS = { intraOpNumThreads: 1, logSeverityLevel: 3 } as const;
const ort = await loadOnnxRuntime();

let whole: InferenceSession;
let split: PartSession;
beforeAll(async () => {
  const file = fileURLToPath(new URL('../../../resources/packs/starter/unet.onnx', import.meta.url));
  const graph = new Uint8Array(await readFile(file));
  whole = await ort.InferenceSession.create(graph, OPTIONS);
  split = await createPartSession(graph, OPTIONS, changingInputs('unet'));
});
afterAll(async () => {
  await Promise.all([whole.release(), split.release()]);
});

/** All that the starter pack's UNet is told, of so many rows and neighbours. */
function feeds(batch: number, neighbours: number, seed = 0): InferenceSession.FeedsType {
  const sizes: Record<string, number> = { batch, neighbours, frames: 16 };
  return Object.fromEntries(
    whole.inputMetadata.map((input) => {
      const shape = input.isTensor ? input.shape : [];
      const dims = shape.map((size) => (typeof size === 'number' ? size : sizes[size]!));
      const length = dims.reduce((product, size) => product * size, 1);
      const data = Float32Array.from({ length }, (_, i) => Math.sin(i * i + seed));
      return [input.name, new ort.Tensor('float32', data, dims)];
    }),
  );
}

const numbersOf = (outputs: InferenceSession.OnnxValueMapType) =>
  Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data]));

it('gives what the whole graph gives, in every step and for whatever it is told', async () => {
  const told = feeds(2, 3);
  for (const given of [told, { ...told, sample: feeds(2, 3, 1)['sample']! }, feeds(3, 1, 2), feeds(1, 3, 3)])
    expect(numbersOf(await split.run(given))).toEqual(numbersOf(await whole.run(given)));
});

it('asks for the same as the whole graph', () => {
  const shapes = ({ inputMetadata }: Pick<InferenceSession, 'inputMetadata'>) =>
    new Map(inputMetadata.map((input) => [input.name, input.isTensor ? input.shape : []]));
  expect(shapes(split)).toEqual(shapes(whole));
});

it('computes again what stays the same only for other arrays', async () => {
  const told = feeds(1, 2);
  const before = numbersOf(await split.run(told));
  (told['audio_tokens']?.data as Float32Array).fill(0);
  expect(numbersOf(await split.run(told))).toEqual(before);
  const others = { ...told, audio_tokens: feeds(1, 2, 4)['audio_tokens']! };
  expect(numbersOf(await split.run(others))).not.toEqual(before);
});
