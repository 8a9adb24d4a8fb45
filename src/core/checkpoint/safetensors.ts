import { z } from 'zod';
import { RefoleyError } from '#core/errors.ts';
import { decodeText } from '../audio/encoding.ts';

/** What a checkpoint's tensors are stored as, and how many bytes an element takes. */
export const ELEMENT_BYTES = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const;
export type ElementType = keyof typeof ELEMENT_BYTES;

/** A tensor within a file. */
export interface StoredTensor {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Bytes from the beginning of the file. */
  readonly offset: number;
  readonly bytes: number;
}

/** Bytes before the header, which say how long it is. */
export const LENGTH_BYTES = 8;
/** The format's own limit. */
const LONGEST_HEADER = 100_000_000;

const size = z.number().int().nonnegative();
const headerSchema = z.record(
  z.string(),
  z.object({
    dtype: z.enum(Object.keys(ELEMENT_BYTES) as [ElementType, ...ElementType[]]),
    shape: z.array(size),
    data_offsets: z.tuple([size, size]),
  }),
);

/**
 * How long the header of a safetensors file is, in bytes after the first eight.
 *
 * @param start of the file, at least eight bytes
 * @param fileBytes length of the file
 * @throws RefoleyError `corrupt` when that cannot be
 */
export function headerLength(start: Uint8Array, fileBytes: number): number {
  if (start.length < LENGTH_BYTES || fileBytes < LENGTH_BYTES)
    throw damaged('it is shorter than its own header');
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const length = view.getBigUint64(0, true);
  if (length < 2n || length > LONGEST_HEADER) throw damaged('it does not begin as a safetensors file does');
  if (LENGTH_BYTES + Number(length) > fileBytes) throw damaged('it ends within its header');
  return Number(length);
}

/**
 * The tensors of a safetensors file by their names. Its weights are not looked at; a header that speaks of bytes which the file
 * does not have, or of other sizes than its shapes need, is refused.
 *
 * @param header of the file, without the eight bytes before it
 * @param fileBytes length of the file
 * @throws RefoleyError `corrupt` with the tensor that does not fit
 * @see https://github.com/huggingface/safetensors#format
 */
export function readHeader(header: Uint8Array, fileBytes: number): Map<string, StoredTensor> {
  const parsed = headerSchema.safeParse(withoutMetadata(header));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw damaged(`its header is not understood (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`);
  }
  const base = LENGTH_BYTES + header.length;
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(parsed.data)) {
    const [begin, end] = data_offsets;
    const bytes = shape.reduce((product, length) => product * length, ELEMENT_BYTES[dtype]);
    if (end - begin !== bytes) throw damaged(`"${name}" takes ${end - begin} bytes and its shape ${bytes}`);
    if (base + end > fileBytes) throw damaged(`"${name}" goes on after the end of the file`);
    tensors.set(name, { type: dtype, shape, offset: base + begin, bytes });
  }
  return tensors;
}

function withoutMetadata(header: Uint8Array): unknown {
  try {
    const json: unknown = JSON.parse(decodeText(header));
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return json;
    return Object.fromEntries(Object.entries(json).filter(([name]) => name !== '__metadata__'));
  } catch {
    throw damaged('its header is no JSON');
  }
}

function damaged(what: string): RefoleyError {
  return new RefoleyError('corrupt', `this safetensors file is damaged, ${what}: download it again`);
}
