/**
 * Whether our graphs, bound to a checkpoint of a published size with random weights, compute what diffusers and transformers compute:
 * `npm run parity -- --size s [--half] [--folder DIR]`. Each part on the same inputs, then ten steps of DDIM with guidance from the same
 * noise and what is decoded from them. Prints a table; ends with 1 when an error is over a thousandth. Takes minutes and 4 GB.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import type { InferenceSession, TypedTensor } from 'onnxruntime-node';
import { z } from 'zod';
import { boundSession } from '#engine/checkpoint/boundSession.ts';
import { openCheckpoint } from '#engine/checkpoint/openCheckpoint.ts';
import { loadOnnxRuntime } from '#engine/onnx/runtime.ts';

type Floats = TypedTensor<'float32'>;

/** Of the largest difference, relative to the root mean square of what diffusers computes. */
const TOLERANCE = 1e-3;
const ROOT = join(import.meta.dirname, '..');
const TRAINING = join(ROOT, 'training');
/** `REFOLEY_PYTHON` names another one. */
const PYTHON = process.env['REFOLEY_PYTHON'] ?? join(TRAINING, '.venv', 'bin', 'python');
const listSchema = z.object({
  templates: z.array(z.object({ part: z.string(), folder: z.string(), size: z.string(), file: z.string() })),
});

const { values: options } = parseArgs({
  options: {
    family: { type: 'string', default: 'audioldm' },
    size: { type: 'string', default: 's' },
    half: { type: 'boolean', default: false },
    /** Kept; used as it is where it is there already. */
    folder: { type: 'string' },
  },
});
const ort = await loadOnnxRuntime();
const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'refoley-parity-')));
try {
  if (!existsSync(join(folder, 'cases.safetensors'))) await makeCheckpoint(folder);
  const errors = await compare(folder);
  const rows = Object.entries(errors).map(([what, error]) => `| ${what} | ${error.toExponential(1)} |`);
  process.stdout.write(`| ${named()} | relative error |\n| --- | --- |\n${rows.join('\n')}\n`);
  if (!Object.values(errors).every((error) => error <= TOLERANCE)) process.exitCode = 1;
} finally {
  if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
}

function named(): string {
  return `${options.family} ${options.size}, ${options.half ? 'fp16' : 'fp32'} files`;
}

async function makeCheckpoint(into: string): Promise<void> {
  const asked = [into, '--size', options.size, ...(options.half ? ['--half'] : [])];
  await promisify(execFile)(PYTHON, ['-m', 'templates.checkpoint', ...asked], {
    cwd: TRAINING,
  });
}

async function compare(checkpoint: string): Promise<Record<string, number>> {
  const cases = await readCases(checkpoint);
  const floats = (name: string) => cases(name) as Floats;
  const errors: Record<string, number> = {};

  const run = async (part: string, feeds: InferenceSession.FeedsType) => {
    const session = await openPart(checkpoint, part);
    const outputs = (await session.run(feeds)) as Record<string, Floats>;
    await session.release();
    return outputs;
  };
  for (const [part, inputs, output] of [
    ['textEncoder', ['input_ids', 'attention_mask'], 'embedding'],
    ['vaeEncoder', ['log_mel'], 'moments'],
    ['vaeDecoder', ['latent'], 'log_mel'],
    ['vocoder', ['log_mel'], 'waveform'],
  ] as const) {
    const outputs = await run(
      part,
      Object.fromEntries(inputs.map((name) => [name, cases(`${part}/${name}`)])),
    );
    errors[part] = error(outputs[output]?.data, floats(`${part}/${output}`).data);
  }

  const unet = await openPart(checkpoint, 'unet');
  const predict = async (sample: Floats, timestep: Floats, text_embedding: Floats) => {
    const outputs = (await unet.run({ sample, timestep, text_embedding })) as Record<string, Floats>;
    return outputs['prediction']?.data ?? new Float32Array();
  };
  const prediction = await predict(
    floats('unet/sample'),
    floats('unet/timestep'),
    floats('unet/text_embedding'),
  );
  errors['unet'] = error(prediction, floats('unet/prediction').data);
  const { dims } = floats('loop/latents');
  let latents = floats('loop/latents').data;
  const [guidance = 1] = floats('loop/guidance').data;
  const coefficients = floats('loop/coefficients').data;
  for (const [step, timestep] of floats('loop/timesteps').data.entries()) {
    // With the text first and without it second, as `loop/text` has them.
    const both = await predict(
      new ort.Tensor('float32', Float32Array.of(...latents, ...latents), [2, ...dims.slice(1)]),
      new ort.Tensor('float32', Float32Array.of(timestep, timestep), [2]),
      floats('loop/text'),
    );
    const [ofSample = 0, ofNoise = 0] = coefficients.subarray(2 * step);
    latents = latents.map((value, i) => {
      const without = both[latents.length + i]!;
      return ofSample * value + ofNoise * (without + guidance * (both[i]! - without));
    });
  }
  await unet.release();
  errors['10 steps of DDIM with guidance'] = error(latents, floats('loop/denoised').data);

  const [scaling = 1] = floats('loop/scaling').data;
  const latent = new ort.Tensor(
    'float32',
    latents.map((value) => value / scaling),
    dims,
  );
  const { log_mel: mel } = await run('vaeDecoder', { latent });
  if (!mel) throw new Error('the VAE decoder has no output log_mel');
  const log_mel = new ort.Tensor('float32', mel.data, [mel.dims[0]!, ...mel.dims.slice(2)]);
  const { waveform } = await run('vocoder', { log_mel });
  const reference = floats('loop/waveform').data;
  errors['the waveform of that'] = error(waveform?.data.subarray(0, reference.length), reference);
  return errors;
}

async function openPart(checkpoint: string, part: string): Promise<InferenceSession> {
  const templates = join(ROOT, 'resources', 'templates', options.family);
  const list = listSchema.parse(JSON.parse(await readFile(join(templates, 'templates.json'), 'utf8')));
  const template = list.templates.find((it) => it.part === part && ['', options.size].includes(it.size));
  if (!template) throw new Error(`${options.family} has no ${part} of size ${options.size}`);
  const graph = gunzipSync(await readFile(join(templates, template.file)));
  return boundSession(graph, await openCheckpoint(join(checkpoint, template.folder)), {
    logSeverityLevel: 3,
  });
}

/** The tensors that training/templates/checkpoint.py left beside the checkpoint. */
async function readCases(checkpoint: string) {
  const { tensors } = await openCheckpoint(checkpoint);
  const { buffer } = new Uint8Array(await readFile(join(checkpoint, 'cases.safetensors')));
  return (name: string) => {
    const tensor = tensors.get(name);
    if (!tensor) throw new Error(`cases.safetensors has no ${name}: make the folder again`);
    const bytes = buffer.slice(tensor.offset, tensor.offset + tensor.bytes);
    return tensor.type === 'I64'
      ? new ort.Tensor('int64', new BigInt64Array(bytes), tensor.shape)
      : new ort.Tensor('float32', new Float32Array(bytes), tensor.shape);
  };
}

function error(made: Float32Array | undefined, wanted: Float32Array): number {
  if (made?.length !== wanted.length) return Infinity;
  const power = wanted.reduce((sum, value) => sum + value * value, 0) / wanted.length;
  return made.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i]!)), 0) / Math.sqrt(power);
}
