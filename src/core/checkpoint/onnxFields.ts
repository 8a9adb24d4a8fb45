import { BinaryReader, type BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Numbers of the fields of onnx.proto3 that are read or written here. */
export const MODEL_GRAPH = 7;
export const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, valueInfo: 13 } as const;
export const TENSOR = { dims: 1, dataType: 2, name: 8, externalData: 13, dataLocation: 14 } as const;
export const NODE = { input: 1, output: 2, name: 3, opType: 4, attribute: 5 } as const;
export const ATTRIBUTE = { name: 1, i: 3, graph: 6, graphs: 11, type: 20 } as const;
export const VALUE = { name: 1, type: 2 } as const;

export interface Field {
  readonly number: number;
  /** With its tag. */
  readonly raw: Uint8Array;
  /** Of a message, bytes or string. */
  readonly payload: Uint8Array;
  readonly wire: WireType;
}

export function* fieldsOf(message: Uint8Array): Generator<Field> {
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [number, wire] = reader.tag();
    const skipped = reader.skip(wire, number);
    const raw = message.subarray(start, reader.pos);
    const payload = wire === WireType.LengthDelimited ? new BinaryReader(skipped).bytes() : skipped;
    yield { number, raw, payload, wire };
  }
}

export function submessage(writer: BinaryWriter, field: number, message: BinaryWriter): void {
  writer.tag(field, WireType.LengthDelimited).bytes(message.finish());
}

export function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}
