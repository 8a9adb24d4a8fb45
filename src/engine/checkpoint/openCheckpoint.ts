import { readdir, realpath } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
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
export function isPickle(name: string): boolean {
  return PICKLES.has(extname(name));
}

/** The same weights again, in less precision: model.fp16.safetensors. */
const VARIANT = /\.(fp16|bf16)[.-]/;

/**
 * The safetensors files in a folder, one or many; of several precisions the full one.
 * @throws RefoleyError `input` where there is none
 */
export async function listWeights(path: string): Promise<readonly string[]> {
  const names = (
    await readdir(path).catch((cause: unknown) => {
      throw fileError(cause, path);
    })
  ).sort();
  const files = names.filter((name) => extname(name) === '.safetensors');
  const full = files.filter((name) => !VARIANT.test(name));
  if (full.length > 0) return full;
  if (files.length > 0) return files;
  const pickle = names.find(isPickle);
  throw new RefoleyError(
    'input',
    pickle
      ? `${join(path, pickle)} is a pickle, which runs whatever code it holds when it is read: download the .safetensors file of this model`
      : `${path} holds no .safetensors file: download the whole folder of the model`,
  );
}

/**
 * Finds the tensors in a folder's safetensors files. No weight is read.
 *
 * @param names of the files; all of `listWeights` unless given
 * @throws RefoleyError `input` for a folder with no safetensors file; `corrupt` for a damaged one
 */
export async function openCheckpoint(path: string, names?: readonly string[]): Promise<Checkpoint> {
  // Downloaded models are folders of links into a store.
  const files = await Promise.all(
    (names ?? (await listWeights(path))).map((name) =>
      realpath(join(path, name)).catch((cause: unknown) => {
        throw fileError(cause, join(path, name));
      }),
    ),
  );
  const [folder = path, ...others] = new Set(files.map((file) => dirname(file)));
  if (others.length > 0)
    throw new RefoleyError('input', `the files of ${path} lie in several folders: put them into one`);
  const tensors = new Map<string, PlacedTensor>();
  for (const file of files)
    for (const [name, tensor] of readTensors(file)) tensors.set(name, { ...tensor, file: basename(file) });
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
