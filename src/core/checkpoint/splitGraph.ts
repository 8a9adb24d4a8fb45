import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { decodeText } from '../audio/encoding.ts';
import {
  ATTRIBUTE,
  fieldsOf,
  GRAPH,
  MODEL_GRAPH,
  NODE,
  submessage,
  TENSOR,
  text,
  VALUE,
} from './onnxFields.ts';

/** What a value is; a dimension that is open has a name. */
export interface ValueType {
  readonly type: 'float32' | 'int64';
  readonly shape: readonly (number | string)[];
}

/** A graph in two. */
export interface SplitGraph {
  /** Gives what stays the same while some of the inputs change. */
  readonly once: Uint8Array;
  /** Takes that instead of what it is made of, once its types are known. */
  readonly step: (types: Readonly<Record<string, ValueType>>) => Uint8Array;
}

interface Node {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly opType: string;
  readonly raw: Uint8Array;
}
interface Named {
  readonly name: string;
  readonly raw: Uint8Array;
}

/** What takes time. What is cheap is made again in every step: it would have to be carried there. */
const COSTLY: ReadonlySet<string> = new Set(['MatMul', 'Gemm', 'Einsum', 'Conv', 'MultiHeadAttention']);

const ONNX_TYPES = { float32: 1, int64: 7 } as const;

/**
 * Takes out of a graph what does not depend on some of its inputs: of a denoiser, the keys and values of all that it attends to.
 *
 * @param model an ONNX model, its nodes in the order in which they can run
 * @param changing inputs that are others in every run
 * @returns undefined where nothing costly stays the same
 */
export function splitGraph(model: Uint8Array, changing: readonly string[]): SplitGraph | undefined {
  const around: Uint8Array[] = [];
  let graph: ReturnType<typeof readGraph> | undefined;
  for (const field of fieldsOf(model)) {
    if (field.number === MODEL_GRAPH) graph = readGraph(field.payload);
    else around.push(field.raw);
  }
  if (!graph || graph.isNested) return undefined;
  const { nodes, initializers, inputs, outputs } = graph;

  const isChanging = new Set(changing);
  const told = new Set(inputs.map(({ name }) => name).filter((name) => !isChanging.has(name)));
  const costly = new Set<string>();
  const carried = new Set<string>();
  for (const node of nodes) {
    if (node.inputs.some((name) => isChanging.has(name))) {
      node.outputs.forEach((name) => isChanging.add(name));
      node.inputs.filter((name) => costly.has(name)).forEach((name) => carried.add(name));
    } else if (node.inputs.some((name) => told.has(name))) {
      node.outputs.forEach((name) => told.add(name));
      if (COSTLY.has(node.opType) || node.inputs.some((name) => costly.has(name)))
        node.outputs.forEach((name) => costly.add(name));
    }
  }
  if (carried.size === 0 || !outputs.every(({ name }) => isChanging.has(name))) return undefined;

  /** The part of the graph that gives some of its values, from inputs and what is `given`. */
  const part = (wanted: readonly string[], given: ReadonlySet<string>, ends: BinaryWriter) => {
    const needed = new Set(wanted);
    const kept = nodes.toReversed().filter((node) => {
      if (!node.outputs.some((name) => needed.has(name) && !given.has(name))) return false;
      node.inputs.forEach((name) => needed.add(name));
      return true;
    });
    const body = new BinaryWriter();
    for (const { raw } of kept.toReversed()) body.raw(raw);
    for (const { name, raw } of [...initializers, ...inputs]) if (needed.has(name)) body.raw(raw);
    const made = new BinaryWriter();
    around.forEach((raw) => made.raw(raw));
    submessage(made, MODEL_GRAPH, body.raw(graph.rest).raw(ends.finish()));
    return made.finish();
  };

  const names = [...carried];
  return {
    once: part(names, new Set(), valueInfos(GRAPH.output, names)),
    step(types) {
      const takes = valueInfos(GRAPH.input, names, types);
      outputs.forEach(({ raw }) => takes.raw(raw));
      return part(
        outputs.map(({ name }) => name),
        carried,
        takes,
      );
    },
  };
}

function readGraph(message: Uint8Array) {
  const nodes: Node[] = [];
  const initializers: Named[] = [];
  const inputs: Named[] = [];
  const outputs: Named[] = [];
  const rest = new BinaryWriter();
  let isNested = false;
  for (const { number, payload, raw } of fieldsOf(message)) {
    if (number === GRAPH.node) {
      const node = readNode(payload, raw);
      nodes.push(node);
      isNested ||= node.isNested;
    } else if (number === GRAPH.initializer) initializers.push({ name: nameOf(payload, TENSOR.name), raw });
    else if (number === GRAPH.input) inputs.push({ name: nameOf(payload, VALUE.name), raw });
    else if (number === GRAPH.output) outputs.push({ name: nameOf(payload, VALUE.name), raw });
    else if (number !== GRAPH.valueInfo) rest.raw(raw);
  }
  return { nodes, initializers, inputs, outputs, rest: rest.finish(), isNested };
}

function readNode(message: Uint8Array, raw: Uint8Array) {
  const inputs: string[] = [];
  const outputs: string[] = [];
  let [opType, isNested] = ['', false];
  for (const { number, payload } of fieldsOf(message)) {
    if (number === NODE.input) inputs.push(decodeText(payload));
    else if (number === NODE.output) outputs.push(decodeText(payload));
    else if (number === NODE.opType) opType = decodeText(payload);
    else if (number === NODE.attribute)
      for (const { number: field } of fieldsOf(payload))
        isNested ||= field === ATTRIBUTE.graph || field === ATTRIBUTE.graphs;
  }
  // An empty name stands for an input that is left out.
  return { inputs: inputs.filter(Boolean), outputs: outputs.filter(Boolean), opType, raw, isNested };
}

function nameOf(message: Uint8Array, field: number): string {
  for (const { number, payload } of fieldsOf(message)) if (number === field) return decodeText(payload);
  return '';
}

/** Inputs or outputs of a graph; types of outputs are inferred by whoever loads it. */
function valueInfos(
  field: number,
  names: readonly string[],
  types: Readonly<Record<string, ValueType>> = {},
): BinaryWriter {
  const infos = new BinaryWriter();
  for (const name of names) {
    const info = new BinaryWriter();
    text(info, VALUE.name, name);
    const type = types[name];
    if (type) submessage(info, VALUE.type, typeOf(type));
    submessage(infos, field, info);
  }
  return infos;
}

/** TypeProto: 1 tensor_type, of which 1 elem_type and 2 shape, of which 1 dim: 1 dim_value or 2 dim_param. */
function typeOf({ type, shape }: ValueType): BinaryWriter {
  const dims = new BinaryWriter();
  for (const length of shape) {
    const dim = new BinaryWriter();
    if (typeof length === 'number') dim.tag(1, WireType.Varint).int64(length);
    else text(dim, 2, length);
    submessage(dims, 1, dim);
  }
  const tensor = new BinaryWriter().tag(1, WireType.Varint).int32(ONNX_TYPES[type]);
  submessage(tensor, 2, dims);
  const made = new BinaryWriter();
  submessage(made, 1, tensor);
  return made;
}
