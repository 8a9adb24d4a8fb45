import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Tensor } from 'onnxruntime-node';
import { templateListSchema } from '#core/checkpoint/templates.ts';
import { boundSession } from '#engine/checkpoint/boundSession.ts';
import { openCheckpoint } from '#engine/checkpoint/openCheckpoint.ts';
import type { GraphRunner, Tensor as CoreTensor } from '#core/pipeline/parts.ts';
import type { WaveFormat } from '#core/pipeline/models/stableAudio3.ts';
import { take, takeSchema } from '#engine/checkpoint/testing/stableAudio3Take.ts';
import type { PartSession } from '#engine/onnx/partSession.ts';
import { loadOnnxRuntime } from '#engine/onnx/runtime.ts';

/**
 * The shipped templates of Stable Audio 3 at full size with random weights, against the reference implementation:
 *
 *     (cd training && STABLE_AUDIO_3=<checkout> python -m templates.stable_audio_3_checkpoint FOLDER)
 *     node bench/stable-audio-3-parity.ts FOLDER
 */

const TEMPLATES = fileURLToPath(new URL('../resources/templates/stable-audio-3', import.meta.url));
/** Root mean square of the difference over that of the reference. */
const TOLERANCE = 1e-3;
const FULL: WaveFormat = {
  name: 'stable-audio-3-small',
  audio: { sampleRate: 44_100, channels: 2, longest: 120 },
  latent: { channels: 256, samplesPerFrame: 4096, chunkFrames: 2 },
  conditioning: { textTokens: 256, textDimension: 768, lengthSeconds: 384, maxNeighbours: 10, projected: 1 },
};
/** TAKE and SEED of training/templates/stable_audio_3_checkpoint.py. */
const TAKE = takeSchema.parse({ seconds: 3, steps: 8, sampler: 'pingpong' });
const SEED = 5;
const CASES: Readonly<Record<string, readonly string[]>> = {
  textEncoder: ['textEncoder'],
  transformer: ['conditioner', 'dit'],
  autoencoderEncoder: ['autoencoderEncoder'],
  autoencoderDecoder: ['autoencoderDecoder'],
};

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('name the folder that training/templates/stable_audio_3_checkpoint.py wrote');
const { Tensor: OrtTensor } = await loadOnnxRuntime();
const { templates } = templateListSchema.parse(
  JSON.parse(await readFile(join(TEMPLATES, 'templates.json'), 'utf8')),
);
const cases = await readCases(join(folder, 'cases'));

let open: { readonly part: string; readonly session: PartSession } | undefined;
const run = async (
  part: string,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Record<string, Tensor>> => {
  if (open?.part !== part) {
    await open?.session.release();
    open = { part, session: await sessionOf(part, folder) };
  }
  const { session } = open;
  const taken = Object.fromEntries(session.inputMetadata.map(({ name }) => [name, feeds[name]!]));
  return session.run(taken);
};

/** As the pipeline has it. */
const runCore: GraphRunner = async (part, inputs) => {
  const feeds = Object.entries(inputs).map(
    ([name, { type, data, dims }]) => [name, new OrtTensor(type, data, dims)] as const,
  );
  const made = await run(part, Object.fromEntries(feeds));
  return Object.fromEntries(
    Object.entries(made).map(([name, { dims, data }]): [string, CoreTensor] => [
      name,
      { type: 'float32', dims, data: data as Float32Array },
    ]),
  );
};

let worst = 0;
for (const [name, parts] of Object.entries(CASES)) {
  let feeds: Record<string, Tensor> = {};
  for (const [key, tensor] of cases) {
    const [owner, input = ''] = key.split('/');
    if (owner === name) feeds[input] = tensor;
  }
  const inputs = feeds;
  let made: Record<string, Tensor> = {};
  for (const part of parts) {
    made = await run(part, feeds);
    feeds = { ...inputs, ...made };
  }
  for (const [output, tensor] of Object.entries(made)) {
    compare(`${name} ${output}`, tensor.data as Float32Array, cases.get(`${name}/${output}`));
  }
}
const prompt = Array.from(cases.get('take/prompt')!.data as BigInt64Array, Number);
const { data } = await take(TAKE, prompt, SEED, FULL, runCore);
compare(`take of ${TAKE.seconds} s in ${TAKE.steps} steps`, data, cases.get('take/waveform'));
await open?.session.release();
if (!(worst < TOLERANCE)) process.exitCode = 1;

function compare(title: string, made: Float32Array, wanted: Tensor | undefined): void {
  const reference = wanted!.data as Float32Array;
  let [difference, power, largest] = [0, 0, 0];
  reference.forEach((value, i) => {
    const error = Math.abs(value - (made[i] ?? NaN));
    difference += error * error;
    power += value * value;
    largest = Math.max(largest, error);
  });
  const relative = Math.sqrt(difference / power);
  const most = largest / Math.sqrt(power / reference.length);
  worst = Math.max(worst, relative);
  if (made.length !== reference.length || Number.isNaN(relative)) worst = Infinity;
  console.log(`${title.padEnd(40)} relative ${relative.toExponential(1)}  largest ${most.toExponential(1)}`);
}

async function sessionOf(part: string, root: string): Promise<PartSession> {
  const template = templates.find((each) => each.part === part)!;
  const graph = gunzipSync(await readFile(join(TEMPLATES, template.file)));
  const inside = part === 'textEncoder' ? 't5gemma-b-b-ul2' : '';
  return boundSession(graph, await openCheckpoint(join(root, inside)), { logSeverityLevel: 3 });
}

async function readCases(path: string): Promise<Map<string, Tensor>> {
  const { tensors } = await openCheckpoint(path);
  const bytes = await readFile(join(path, 'cases.safetensors'));
  return new Map(
    [...tensors].map(([name, { type, shape, offset, bytes: length }]) => {
      const data = bytes.buffer.slice(bytes.byteOffset + offset, bytes.byteOffset + offset + length);
      const tensor =
        type === 'I64'
          ? new OrtTensor('int64', new BigInt64Array(data), shape)
          : new OrtTensor('float32', new Float32Array(data), shape);
      return [name, tensor];
    }),
  );
}
