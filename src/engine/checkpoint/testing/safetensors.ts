/** A tensor for a test's checkpoint. */
export type Stored = readonly [dtype: string, shape: readonly number[], data: Uint8Array];

/** A safetensors file, as every writer lays it out. */
export function safetensors(tensors: Readonly<Record<string, Stored>>): Buffer {
  let at = 0;
  const header = Object.entries(tensors).map(([name, [dtype, shape, data]]) => {
    const begin = at;
    at += data.length;
    return [name, { dtype, shape, data_offsets: [begin, at] }];
  });
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, ...Object.values(tensors).map(([, , data]) => data)]);
}
