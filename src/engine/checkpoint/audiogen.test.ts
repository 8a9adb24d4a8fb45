import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { InferenceSession } from 'onnxruntime-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { generateTokens } from '#core/pipeline/tokens/generateTokens.ts';
import { loadOnnxRuntime } from '../onnx/runtime.ts';
import { boundSession } from './boundSession.ts';
import { openCheckpoint } from './openCheckpoint.ts';
import { expectAgreement, summarySchema } from './testing/goldenCases.ts';
import { randomWeights } from './testing/randomWeights.ts';
import { safetensors } from './testing/safetensors.ts';

const goldens = new URL('goldens/audiogen/', import.meta.url);
/** Written by `training/make_goldens.py tokens` from transformers' own loop. */
const golden = z
  .object({
    words: z.array(z.number()),
    guidance: z.number(),
    frames: z.number(),
    louder: z.number(),
    codes: z.array(z.array(z.number())),
    waveform: summarySchema,
  })
  .parse(JSON.parse(readFileSync(new URL('tokens.json', goldens), 'utf8')));
const CODEBOOKS = 4;
const VOCABULARY = 64;
/** Keys and values of two layers of four heads of 12, of each branch. */
const PAST = [4, 2, 4, 12];

let root: string;
beforeAll(async () => (root = await mkdtemp(join(tmpdir(), 'refoley-audiogen-'))));
afterAll(() => rm(root, { recursive: true, force: true }));

it('makes of words the tokens and the sound that transformers makes of them', async () => {
  const { Tensor } = await loadOnnxRuntime();
  const [text, decoder, codec] = await Promise.all(['textEncoder', 'decoder', 'codecDecoder'].map(small));
  const int64 = (values: readonly number[], dims: readonly number[]) =>
    new Tensor('int64', BigInt64Array.from(values, BigInt), dims);
  const { words, guidance, frames } = golden;

  const mask = int64(
    words.map(() => 1),
    [1, words.length],
  );
  const { states } = await text!.run({ input_ids: int64(words, [1, words.length]), attention_mask: mask });
  const told = states!.data as Float32Array;
  const both = Float32Array.from([...told, ...told]);
  const codes = await generateTokens(
    { frames, codebooks: CODEBOOKS, vocabulary: VOCABULARY, guidance, topK: 1, temperature: 1, seed: 0 },
    async (column, past, steps) => {
      const { logits, present } = await decoder!.run({
        codes: int64([...column, ...column], [2, CODEBOOKS, 1]),
        text_states: new Tensor('float32', both, [2, words.length, both.length / 2 / words.length]),
        text_mask: new Tensor(
          'float32',
          Float32Array.from({ length: 2 * words.length }, (_, i) => (i < words.length ? 1 : 0)),
          [2, words.length],
        ),
        past: new Tensor('float32', past, [steps, ...PAST]),
      });
      const rows = logits!.data as Float32Array;
      return {
        logits: [rows.subarray(0, rows.length / 2), rows.subarray(rows.length / 2)],
        present: present!.data as Float32Array,
      };
    },
  );
  expect(codes).toEqual(golden.codes);

  const { waveform } = await codec!.run({ codes: int64(codes.flat(), [1, CODEBOOKS, frames]) });
  expectAgreement({ dims: waveform!.dims, data: waveform!.data as Float32Array }, golden.waveform);
  await Promise.all([text, decoder, codec].map((session) => session!.release()));
});

async function small(part: string): Promise<InferenceSession> {
  const template = gunzipSync(readFileSync(new URL(`${part}.onnx.gz`, goldens)));
  const weights = randomWeights(template);
  for (const [name, [, , bytes]] of Object.entries(weights))
    if (name.includes('decoder.embed_tokens')) {
      const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
      values.forEach((value, i) => (values[i] = value * golden.louder));
    }
  const folder = await mkdtemp(join(root, `${part}-`));
  await writeFile(join(folder, 'model.safetensors'), safetensors(weights));
  return boundSession(template, await openCheckpoint(folder), { logSeverityLevel: 3 });
}
