import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { InferenceSession, TypedTensor } from 'onnxruntime-node';
import { z } from 'zod';
import { boundSession } from '#engine/checkpoint/boundSession.ts';
import { openCheckpoint } from '#engine/checkpoint/openCheckpoint.ts';
import type { PartSession } from '#engine/onnx/partSession.ts';
import { loadOnnxRuntime } from '#engine/onnx/runtime.ts';

export type Floats = TypedTensor<'float32'>;
type Outputs = Readonly<Record<string, Floats>>;

/** A checkpoint with random weights, and beside it in `cases.safetensors` what the reference made of it. */
export interface Checkpoint {
  readonly folder: string;
  /** An input or an output of the reference. */
  readonly case: (name: string) => TypedTensor<'float32'> | TypedTensor<'int64'>;
  /** Of one that holds numbers. */
  readonly floats: (name: string) => Floats;
  /** Our graph of a part, bound to the weights. */
  readonly open: (part: string) => Promise<PartSession>;
  /** One run of a part, which is freed after it. */
  readonly run: (part: string, feeds: InferenceSession.FeedsType) => Promise<Outputs>;
  /** One run on the inputs of the reference, `<part>/<input>`; the error of `output`. */
  readonly errorOf: (part: string, inputs: readonly string[], output: string) => Promise<number>;
}

/** What a family has to agree in. */
export interface ParityFamily {
  /** Of training/: writes the checkpoint and the cases; takes a folder, --size and --half. */
  readonly module: string;
  /** The one that is taken unless another one is named comes first. */
  readonly sizes: readonly [string, ...string[]];
  /** @returns the error of each thing that was compared */
  compare(checkpoint: Checkpoint): Promise<Record<string, number>>;
}

const TEMPLATES = join(import.meta.dirname, '..', '..', 'resources', 'templates');
const listSchema = z.object({
  templates: z.array(z.object({ part: z.string(), folder: z.string(), size: z.string(), file: z.string() })),
});

export async function openParity(folder: string, family: string, size: string): Promise<Checkpoint> {
  const templates = join(TEMPLATES, family);
  const list = listSchema.parse(JSON.parse(await readFile(join(templates, 'templates.json'), 'utf8')));
  const cases = await readCases(folder);
  const floats = (name: string) => cases(name) as Floats;

  const open = async (part: string) => {
    const template = list.templates.find((it) => it.part === part && ['', size].includes(it.size));
    if (!template) throw new Error(`${family} has no ${part} of size ${size}`);
    const graph = gunzipSync(await readFile(join(templates, template.file)));
    return boundSession(graph, await openCheckpoint(join(folder, template.folder)), { logSeverityLevel: 3 });
  };
  const run = async (part: string, feeds: InferenceSession.FeedsType) => {
    const session = await open(part);
    const outputs = (await session.run(feeds)) as Outputs;
    await session.release();
    return outputs;
  };
  return {
    ...{ folder, case: cases, floats, open, run },
    async errorOf(part, inputs, output) {
      const feeds = inputs.map((name) => [name, cases(`${part}/${name}`)] as const);
      const outputs = await run(part, Object.fromEntries(feeds));
      return relativeError(outputs[output]?.data, floats(`${part}/${output}`).data);
    },
  };
}

/** The largest difference, relative to the root mean square of what is wanted. */
export function relativeError(made: Float32Array | undefined, wanted: Float32Array): number {
  if (made?.length !== wanted.length) return Infinity;
  const power = wanted.reduce((sum, value) => sum + value * value, 0) / wanted.length;
  return made.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i]!)), 0) / Math.sqrt(power);
}

/** The tensors that Python left beside the checkpoint. */
async function readCases(folder: string) {
  const ort = await loadOnnxRuntime();
  const { tensors } = await openCheckpoint(folder, ['cases.safetensors']);
  const { buffer } = new Uint8Array(await readFile(join(folder, 'cases.safetensors')));
  return (name: string) => {
    const tensor = tensors.get(name);
    if (!tensor) throw new Error(`cases.safetensors has no ${name}: make the folder again`);
    const bytes = buffer.slice(tensor.offset, tensor.offset + tensor.bytes);
    return tensor.type === 'I64'
      ? new ort.Tensor('int64', new BigInt64Array(bytes), tensor.shape)
      : new ort.Tensor('float32', new Float32Array(bytes), tensor.shape);
  };
}
