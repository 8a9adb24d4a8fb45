import { readdir, realpath } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { PlacedTensor } from '#core/checkpoint/bindGraph.ts';
import { headerLength, LENGTH_BYTES, readHeader, type StoredTensor } from '#core/checkpoint/safetensors.ts';
import { RefoleyError } from '#core/errors.ts';
import { fileError } from '../files/fileError.ts';
import { withFileSource } from '../library/fileSource.ts';

/** The weights of one part of a model, where its authors' files have them. */
export interface Checkpoint {
  /** With no link in it: onnxruntime refuses weights that a link leads to. */
  readonly folder: string;
  readonly tensors: ReadonlyMap<string, PlacedTensor>;
}

/** Python pickles: reading one runs what it says. */
const PICKLES: ReadonlySet<string> = new Set(['.bin', '.pt', '.pth', '.ckpt', '.pkl']);

/**
 * Finds the tensors in a folder's safetensors files, one or many. No weight is read.
 *
 * @throws RefoleyError `input` for a folder with no safetensors file; `corrupt` for a damaged one
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const folder = await realpath(path).catch((cause: unknown) => {
    throw fileError(cause, path);
  });
  const names = (await readdir(folder)).sort();
  const files = names.filter((name) => extname(name) === '.safetensors');
  if (files.length === 0) {
    const pickle = names.find((name) => PICKLES.has(extname(name)));
    throw new RefoleyError(
      'input',
      pickle
        ? `${join(path, pickle)} is a pickle, which runs whatever code it holds when it is read: download the .safetensors file of this model`
        : `${path} holds no .safetensors file: download the whole folder of the model`,
    );
  }
  const tensors = new Map<string, PlacedTensor>();
  for (const file of files) {
    const found = readTensors(join(folder, file));
    for (const [name, tensor] of found) tensors.set(name, { ...tensor, file });
  }
  return { folder, tensors };
}

function readTensors(path: string): Map<string, StoredTensor> {
  return withFileSource(path, (source) => {
    try {
      const length = headerLength(source.read(0, LENGTH_BYTES), source.size);
      return readHeader(source.read(LENGTH_BYTES, length), source.size);
    } catch (cause) {
      if (!(cause instanceof RefoleyError)) throw cause;
      throw new RefoleyError(cause.kind, `${path}: ${cause.message}`, { cause });
    }
  });
}
