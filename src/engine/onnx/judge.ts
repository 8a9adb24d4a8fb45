import { readFile } from 'node:fs/promises';
import type { InferenceSession } from 'onnxruntime-node';
import { TOWER_BINS, TOWER_FRAMES, type TowerBlocks } from '#core/dsp/towerMel.ts';
import { RefoleyError } from '#core/errors.ts';
import { fileError } from '../files/fileError.ts';
import { loadOnnxRuntime } from './runtime.ts';

export interface Judgement {
  readonly embedding: Float32Array;
  /** Of each classifier head, over its classes. */
  readonly posteriors: readonly Float32Array[];
}

let open: { readonly file: string; readonly session: Promise<InferenceSession> } | undefined;

/**
 * Asks an evaluation's judge (aiSFX with its published heads, exported by training/): `mel` [blocks, 100, 96] in,
 * `embedding` [1, D] and `posterior_0`, `posterior_1`, ... [1, classes] out. The last judge stays loaded.
 *
 * @throws RefoleyError 'not-found' when there is no such file, 'corrupt' when it is no such graph
 */
export async function runJudge(file: string, { blocks, data }: TowerBlocks): Promise<Judgement> {
  const { Tensor } = await loadOnnxRuntime();
  if (open?.file !== file) open = { file, session: create(file) };
  const session = await open.session;
  const outputs = await session.run({ mel: new Tensor('float32', data, [blocks, TOWER_FRAMES, TOWER_BINS]) });
  const floats = (name: string) => {
    const values = outputs[name]?.data;
    if (values instanceof Float32Array) return values;
    throw new RefoleyError('corrupt', `${file} has no output ${name}: it is not a judge, export it again`);
  };
  const heads = session.outputNames.filter((name) => name.startsWith('posterior_'));
  return { embedding: floats('embedding'), posteriors: heads.map(floats) };
}

async function create(file: string): Promise<InferenceSession> {
  const { InferenceSession } = await loadOnnxRuntime();
  const graph = await readFile(file).catch((cause: unknown) => {
    throw fileError(cause, file);
  });
  try {
    return await InferenceSession.create(graph, { executionProviders: ['cpu'], logSeverityLevel: 3 });
  } catch (cause) {
    throw new RefoleyError('corrupt', `${file} does not load as an ONNX graph: export it again`, { cause });
  }
}
