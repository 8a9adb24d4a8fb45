import type { InferenceSession } from 'onnxruntime-node';
import { findTensor } from '#core/checkpoint/aliases.ts';
import { bindGraph, type Misfit } from '#core/checkpoint/bindGraph.ts';
import { RefoleyError } from '#core/errors.ts';
import { createPartSession, type PartSession } from '../onnx/partSession.ts';
import type { Checkpoint } from './openCheckpoint.ts';

/** Tensors that are named in one message. */
const NAMED = 5;

/**
 * A session of a graph template with the weights of a checkpoint, which stay where they are.
 *
 * @param template an ONNX model whose weights have no place yet
 * @param options of the session beside the place of its weights
 * @param changing as in `createPartSession`
 * @throws RefoleyError `input` with what does not fit when the checkpoint is not one of that model
 */
export async function boundSession(
  template: Uint8Array,
  { folder, tensors }: Checkpoint,
  options: InferenceSession.SessionOptions = {},
  changing: readonly string[] = [],
): Promise<PartSession> {
  const { bytes, misfits } = bindGraph(template, (name) => findTensor(tensors, name));
  if (misfits.length > 0)
    throw new RefoleyError('input', `${folder} does not fit this model: ${misfitMessage(misfits)}`);
  const session = { ...sessionOptions(options), model_external_initializers_file_folder_path: folder };
  return createPartSession(bytes, { ...options, extra: { ...options.extra, session } }, changing);
}

/** Names the first few of them. */
export function misfitMessage(misfits: readonly Misfit[]): string {
  const named = misfits.slice(0, NAMED).map(({ tensor, wanted, there }) => {
    return there ? `${tensor} is ${shown(there.shape)}, not ${shown(wanted)}` : `${tensor} is missing`;
  });
  const more = misfits.length > NAMED ? `, and ${misfits.length - NAMED} more` : '';
  return `${named.join(', ')}${more}`;
}

function sessionOptions({ extra }: InferenceSession.SessionOptions): object {
  const session: unknown = extra?.['session'];
  return typeof session === 'object' && session !== null ? session : {};
}

function shown(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}
