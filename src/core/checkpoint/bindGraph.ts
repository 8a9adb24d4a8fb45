import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { decodeText } from '../audio/encoding.ts';
import { ATTRIBUTE, fieldsOf, GRAPH, MODEL_GRAPH, NODE, submessage, TENSOR, text } from './onnxFields.ts';
import type { ElementType, StoredTensor } from './safetensors.ts';

/** A tensor of a checkpoint and the file that it lies in. */
export interface PlacedTensor extends StoredTensor {
  /** Relative to the folder that the session is told of. */
  readonly file: string;
}

/** What of a checkpoint does not fit a graph. */
export interface Misfit {
  readonly tensor: string;
  /** Undefined where the checkpoint has no such tensor. */
  readonly there?: { readonly type: ElementType; readonly shape: readonly number[] } | undefined;
  readonly wanted: readonly number[];
}

export interface BoundGraph {
  /** An ONNX model whose weights lie in the checkpoint's files. */
  readonly bytes: Uint8Array;
  readonly misfits: readonly Misfit[];
}

const ATTRIBUTE_INT = 2;
const EXTERNAL = 1;

const ONNX_TYPES: Readonly<Record<ElementType, number>> = {
  ...{ F32: 1, U8: 2, I8: 3, I16: 5, I32: 6, I64: 7, BOOL: 9 },
  ...{ F16: 10, F64: 11, BF16: 16 },
};

/**
 * Points the weights of a graph template into the files of a checkpoint. What the checkpoint stores in another type, half
 * precision mostly, is cast when the session is created.
 *
 * @param template an ONNX model whose weights are marked as external and have no place yet
 * @param find a tensor of the checkpoint by the name that the graph has for it
 */
export function bindGraph(
  template: Uint8Array,
  find: (name: string) => PlacedTensor | undefined,
): BoundGraph {
  const misfits: Misfit[] = [];
  const model = new BinaryWriter();
  for (const field of fieldsOf(template)) {
    if (field.number !== MODEL_GRAPH) {
      model.raw(field.raw);
      continue;
    }
    const casts = new BinaryWriter();
    const rest = new BinaryWriter();
    for (const part of fieldsOf(field.payload)) {
      if (part.number !== GRAPH.initializer) {
        rest.raw(part.raw);
        continue;
      }
      const wanted = readTensor(part.payload);
      const there = wanted.isExternal ? find(wanted.name) : undefined;
      if (wanted.isExternal && (!there || !isAlike(there.shape, wanted.dims)))
        misfits.push({ tensor: wanted.name, there, wanted: wanted.dims });
      if (!there) {
        rest.raw(part.raw);
        continue;
      }
      const type = ONNX_TYPES[there.type];
      const name = type === wanted.type ? wanted.name : `${wanted.name}::stored`;
      if (name !== wanted.name) submessage(casts, GRAPH.node, castNode(name, wanted.name, wanted.type));
      submessage(rest, GRAPH.initializer, externalTensor(name, type, there));
    }
    // Casts come first: nodes are in the order in which they can run.
    submessage(model, MODEL_GRAPH, new BinaryWriter().raw(casts.finish()).raw(rest.finish()));
  }
  return { bytes: model.finish(), misfits };
}

function readTensor(message: Uint8Array) {
  const dims: number[] = [];
  let [name, type, isExternal] = ['', 0, false];
  for (const { number, payload, wire } of fieldsOf(message)) {
    const values = new BinaryReader(payload);
    if (number === TENSOR.name) name = decodeText(payload);
    else if (number === TENSOR.dataType) type = values.int32();
    else if (number === TENSOR.dataLocation) isExternal = values.int32() === EXTERNAL;
    else if (number === TENSOR.dims && wire === WireType.Varint) dims.push(Number(values.int64()));
    else if (number === TENSOR.dims) while (values.pos < values.len) dims.push(Number(values.int64()));
  }
  return { name, type, isExternal, dims };
}

function externalTensor(
  name: string,
  type: number,
  { shape, file, offset, bytes }: PlacedTensor,
): BinaryWriter {
  const tensor = new BinaryWriter();
  for (const length of shape) tensor.tag(TENSOR.dims, WireType.Varint).int64(length);
  tensor.tag(TENSOR.dataType, WireType.Varint).int32(type);
  text(tensor, TENSOR.name, name);
  for (const [key, value] of Object.entries({ location: file, offset, length: bytes })) {
    const entry = new BinaryWriter();
    text(entry, 1, key);
    text(entry, 2, String(value));
    submessage(tensor, TENSOR.externalData, entry);
  }
  return tensor.tag(TENSOR.dataLocation, WireType.Varint).int32(EXTERNAL);
}

function castNode(from: string, to: string, type: number): BinaryWriter {
  const attribute = new BinaryWriter();
  text(attribute, ATTRIBUTE.name, 'to');
  attribute.tag(ATTRIBUTE.i, WireType.Varint).int64(type);
  attribute.tag(ATTRIBUTE.type, WireType.Varint).int32(ATTRIBUTE_INT);
  const node = new BinaryWriter();
  text(node, NODE.input, from);
  text(node, NODE.output, to);
  text(node, NODE.name, `${from}/cast`);
  text(node, NODE.opType, 'Cast');
  submessage(node, NODE.attribute, attribute);
  return node;
}

function isAlike(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((length, index) => length === other[index]);
}
