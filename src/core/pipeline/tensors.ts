import { RefoleyError } from '../errors.ts';
import type { PartName } from '../pack/manifest.ts';
import type { FloatTensor, LongTensor, Tensor, Tensors } from './parts.ts';

export function float32(dims: readonly number[], data: Float32Array): FloatTensor {
  return { type: 'float32', dims, data };
}

/** [length], all of them `value`. */
export function constant(length: number, value: number): FloatTensor {
  return float32([length], new Float32Array(length).fill(value));
}

export function int64(dims: readonly number[], values: readonly number[]): LongTensor {
  return { type: 'int64', dims, data: BigInt64Array.from(values, BigInt) };
}

/**
 * A named float output of a graph, checked against the shape that the pipeline relies on.
 * @throws RefoleyError 'corrupt' when the graph does not fit its manifest
 */
export function outputOf(
  outputs: Tensors,
  part: PartName,
  name: string,
  dims: readonly number[],
): Float32Array {
  const tensor = outputs[name];
  if (
    tensor?.type === 'float32' &&
    tensor.dims.length === dims.length &&
    tensor.dims.every((n, i) => n === dims[i])
  ) {
    return tensor.data;
  }
  const got = tensor ? `${tensor.type} [${tensor.dims.join(', ')}]` : 'nothing';
  throw new RefoleyError(
    'corrupt',
    `the pack's ${part} gave ${got} as '${name}' where its manifest promises [${dims.join(', ')}]: reinstall the pack`,
  );
}

/** Tensors one after another: rows of a batch. */
export function join(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((offset, part) => (joined.set(part, offset), offset + part.length), 0);
  return joined;
}

export function repeat(data: Float32Array, times: number): Float32Array {
  return join(Array.from({ length: times }, () => data));
}

/** Views of the rows of a batch. */
export function rows(data: Float32Array, count: number): Float32Array[] {
  const length = data.length / count;
  return Array.from({ length: count }, (_, row) => data.subarray(row * length, (row + 1) * length));
}

/** One row of a batch, of each of its tensors a view. */
export function rowOf(batch: Tensors, row: number, count: number): Tensors {
  return Object.fromEntries(
    Object.entries(batch).map(([name, tensor]) => [name, rowOfTensor(tensor, row, count)]),
  );
}

function rowOfTensor(tensor: Tensor, row: number, count: number): Tensor {
  const length = tensor.data.length / count;
  const dims = [1, ...tensor.dims.slice(1)];
  const [begin, end] = [row * length, (row + 1) * length];
  return tensor.type === 'float32'
    ? { type: 'float32', dims, data: tensor.data.subarray(begin, end) }
    : { type: 'int64', dims, data: tensor.data.subarray(begin, end) };
}
