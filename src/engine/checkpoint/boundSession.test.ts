import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findTensor } from '#core/checkpoint/aliases.ts';
import { loadOnnxRuntime } from '../onnx/runtime.ts';
import { boundSession } from './boundSession.ts';
import { openCheckpoint } from './openCheckpoint.ts';
import { safetensors, type Stored } from './testing/safetensors.ts';

let root: string;
beforeEach(async () => (root = await mkdtemp(join(tmpdir(), 'refoley-checkpoint-'))));
afterEach(() => rm(root, { recursive: true, force: true }));

const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const halves = (...values: number[]) => new Uint8Array(Float16Array.from(values).buffer);
/** The upper half of each float. */
const brains = (...values: number[]) =>
  new Uint8Array(
    Uint16Array.from(new Uint32Array(Float32Array.from(values).buffer), (bits) => bits >>> 16).buffer,
  );

const message = (write: (writer: BinaryWriter) => void) => {
  const writer = new BinaryWriter();
  write(writer);
  return writer.finish();
};
const part = (writer: BinaryWriter, field: number, bytes: Uint8Array) =>
  writer.tag(field, WireType.LengthDelimited).bytes(bytes);
const word = (writer: BinaryWriter, field: number, value: string) =>
  writer.tag(field, WireType.LengthDelimited).string(value);
const count = (writer: BinaryWriter, field: number, value: number) =>
  writer.tag(field, WireType.Varint).int64(value);

/** y = x W + b as ONNX, with W [3, 2] and b [2] to be found elsewhere. */
function template(): Uint8Array {
  const weight = (name: string, dims: number[]) =>
    message((tensor) => {
      for (const dim of dims) count(tensor, 1, dim);
      count(tensor, 2, 1);
      word(tensor, 8, name);
      count(tensor, 14, 1);
    });
  const node = (inputs: string[], output: string, type: string) =>
    message((writer) => {
      for (const input of inputs) word(writer, 1, input);
      word(writer, 2, output);
      word(writer, 4, type);
    });
  const value = (name: string, dims: number[]) =>
    message((writer) => {
      word(writer, 1, name);
      const shape = message((it) => {
        for (const dim of dims)
          part(
            it,
            1,
            message((each) => count(each, 1, dim)),
          );
      });
      const tensor = message((it) => part(count(it, 1, 1), 2, shape));
      part(
        writer,
        2,
        message((it) => part(it, 1, tensor)),
      );
    });
  const graph = message((writer) => {
    part(writer, 1, node(['x', 'layer.weight'], 'product', 'MatMul'));
    part(writer, 1, node(['product', 'layer.bias'], 'y', 'Add'));
    word(writer, 2, 'graph');
    part(writer, 5, weight('layer.weight', [3, 2]));
    part(writer, 5, weight('layer.bias', [2]));
    part(writer, 11, value('x', [1, 3]));
    part(writer, 12, value('y', [1, 2]));
  });
  return message((model) => {
    count(model, 1, 8);
    part(model, 7, graph);
    part(
      model,
      8,
      message((opset) => count(opset, 2, 17)),
    );
  });
}

const others: Stored = ['I64', [3], new Uint8Array(24)];
const weight: Stored = ['F32', [3, 2], floats(1, 2, 3, 4, 5, 6)];
const bias: Stored = ['F32', [2], floats(0.5, -0.25)];

/** Of [1, 10, 100]: with the weights above, 531.5 and 641.75. */
async function result(folder = root): Promise<number[]> {
  const session = await boundSession(template(), await openCheckpoint(folder), { logSeverityLevel: 3 });
  const { Tensor } = await loadOnnxRuntime();
  const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(1, 10, 100), [1, 3]) });
  await session.release();
  return [...((y?.data ?? []) as Float32Array)];
}

describe('a graph with the weights of a safetensors folder', () => {
  it('runs on them where they lie, whatever is beside them', async () => {
    await writeFile(
      join(root, 'model.safetensors'),
      safetensors({ others, 'layer.bias': bias, 'layer.weight': weight }),
    );
    expect(await result()).toEqual([531.5, 641.75]);
  });

  it('finds weights by the names that they have in older files', () => {
    const older = {
      'attention.query.weight': 1,
      'attention.proj_attn.bias': 2,
      'transformer.h.0.ln_1.weight': 3,
    };
    const tensors = new Map(Object.entries(older));
    expect(
      ['attention.to_q.weight', 'attention.to_out.0.bias', 'h.0.ln_1.weight', 'attention.to_k.weight'].map(
        (name) => findTensor(tensors, name),
      ),
    ).toEqual([1, 2, 3, undefined]);
    expect(findTensor(new Map([['encoder.embed_tokens.weight', 4]]), 'shared.weight')).toBe(4);
  });

  it.each([
    ['halves', 'F16', halves],
    ['bfloat16', 'BF16', brains],
  ] as const)('takes %s, which are cast', async (_, dtype, stored) => {
    const tensors: Record<string, Stored> = {
      'layer.weight': [dtype, [3, 2], stored(1, 2, 3, 4, 5, 6)],
      'layer.bias': [dtype, [2], stored(0.5, -0.25)],
    };
    await writeFile(join(root, 'model.safetensors'), safetensors(tensors));
    expect(await result()).toEqual([531.5, 641.75]);
  });

  it('takes many files and a folder behind a link', async () => {
    await writeFile(join(root, 'model-1-of-2.safetensors'), safetensors({ 'layer.bias': bias }));
    await writeFile(join(root, 'model-2-of-2.safetensors'), safetensors({ 'layer.weight': weight }));
    await symlink(root, `${root}-link`);
    try {
      expect(await result(`${root}-link`)).toEqual([531.5, 641.75]);
    } finally {
      await rm(`${root}-link`);
    }
  });

  it('says what is missing and what has another shape', async () => {
    const wide: Stored = ['F32', [2, 3], floats(1, 2, 3, 4, 5, 6)];
    await writeFile(join(root, 'model.safetensors'), safetensors({ 'layer.weight': wide }));
    await expect(result()).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringMatching(/layer\.weight is \[2, 3\], not \[3, 2\], layer\.bias is missing$/),
    });
  });

  it.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, -1), 'corrupt', /goes on after the end of the file/],
    ['empty', () => Buffer.alloc(0), 'corrupt', /shorter than its own header/],
  ])('refuses a file that is %s', async (_, damage, kind, reason) => {
    await writeFile(join(root, 'model.safetensors'), damage(safetensors({ 'layer.weight': weight })));
    await expect(openCheckpoint(root)).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(reason),
    });
  });

  it('refuses pickles, which are code, and folders with nothing in them', async () => {
    await expect(openCheckpoint(root)).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining('no .safetensors file'),
    });
    await writeFile(join(root, 'pytorch_model.bin'), 'PK');
    await expect(openCheckpoint(root)).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining('is a pickle'),
    });
  });
});
