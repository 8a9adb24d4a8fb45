import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gunzipSync } from 'node:zlib';
import type { InferenceSession } from 'onnxruntime-node';
import { boundSession } from '#engine/checkpoint/boundSession.ts';
import { openCheckpoint } from '#engine/checkpoint/openCheckpoint.ts';
import { loadOnnxRuntime } from '#engine/onnx/runtime.ts';
import { PYTHON, TRAINING } from './torchPeer.ts';

const TEMPLATES = join(import.meta.dirname, '..', 'resources', 'templates', 'audioldm');
/** 10.24 s. */
const FRAMES = 256;
const TOKENS = 24;
const ROUNDS = 3;
const PARTS = {
  textEncoder: ['textEncoder.onnx.gz', 'text_encoder'],
  unet: ['unet-s.onnx.gz', 'unet'],
  vaeDecoder: ['vaeDecoder.onnx.gz', 'vae'],
  vocoder: ['vocoder.onnx.gz', 'vocoder'],
} as const;
type Part = keyof typeof PARTS;
/** How often a take of 20 or 200 steps runs each. */
const TAKES = { 'DPM-Solver++, 20 steps': 20, 'DDIM, 200 steps': 200 };

interface Measured {
  readonly seconds: number;
  readonly peakMemory: number;
}
type Runner = (part: Part) => Promise<Measured>;

/**
 * AudioLDM-S with random weights, 10.24 s with guidance, against diffusers on the processor: seconds of one thread of each
 * part, and of a take by its parts. Runs are interleaved, and the least of three counts, so that other work disturbs both alike.
 * `REFOLEY_CHECKPOINT` names a folder made before by `python -m templates.checkpoint`.
 */
export async function checkpointBench(): Promise<Record<string, number>> {
  const made = process.env['REFOLEY_CHECKPOINT'];
  const folder = made ?? (await mkdtemp(join(tmpdir(), 'refoley-checkpoint-')));
  try {
    if (!existsSync(join(folder, 'cases.safetensors')))
      await once(spawn(PYTHON, ['-m', 'templates.checkpoint', folder], { cwd: TRAINING }), 'close');
    return await compare(folder);
  } finally {
    if (made === undefined) await rm(folder, { recursive: true, force: true });
  }
}

async function compare(folder: string): Promise<Record<string, number>> {
  const peers = [startPeer(folder, 'float32'), startPeer(folder, 'bfloat16')] as const;
  const runners: Readonly<Record<string, Runner>> = {
    ours: await openOurs(folder),
    'torch fp32': peers[0].run,
    'torch bf16': peers[1].run,
  };
  const seconds: Record<string, Record<Part, number>> = {};
  const memory: Record<string, number> = {};
  for (const part of Object.keys(PARTS) as Part[]) {
    for (const run of Object.values(runners)) await run(part);
    for (let round = 0; round < ROUNDS; round++)
      for (const [who, run] of Object.entries(runners)) {
        const measured = await run(part);
        const known = (seconds[who] ??= { textEncoder: 0, unet: 0, vaeDecoder: 0, vocoder: 0 });
        known[part] = Math.min(known[part] || Infinity, measured.seconds);
        memory[who] = Math.max(memory[who] ?? 0, measured.peakMemory);
      }
  }
  for (const peer of peers) peer.stop();

  const results: Record<string, number> = {};
  const tell = (what: string, of: (parts: Record<Part, number>) => number) => {
    const ours = of(seconds['ours']!);
    results[`AudioLDM-S, ${what}, s of one thread`] = ours;
    for (const [who, parts] of Object.entries(seconds))
      if (who !== 'ours') results[`${what}: ${who} takes so many times as long`] = of(parts) / ours;
  };
  for (const part of Object.keys(PARTS) as Part[]) tell(part, (parts) => parts[part]);
  for (const [what, steps] of Object.entries(TAKES))
    tell(
      `a take by its parts, ${what}`,
      (parts) => parts.textEncoder + steps * parts.unet + parts.vaeDecoder + parts.vocoder,
    );
  for (const [who, bytes] of Object.entries(memory)) results[`peak memory, ${who}, MB`] = bytes / 1e6;
  return results;
}

/** In this process. */
async function openOurs(folder: string): Promise<Runner> {
  const { Tensor } = await loadOnnxRuntime();
  const noise = (...dims: number[]) => {
    const length = dims.reduce((product, size) => product * size, 1);
    return new Tensor(
      'float32',
      Float32Array.from({ length }, (_, i) => Math.sin(i * i)),
      dims,
    );
  };
  const tokens = (value: (i: number) => number) =>
    new Tensor(
      'int64',
      BigInt64Array.from({ length: 2 * TOKENS }, (_, i) => BigInt(value(i))),
      [2, TOKENS],
    );
  const feeds: Record<Part, InferenceSession.FeedsType> = {
    textEncoder: { input_ids: tokens((i) => 4 + i), attention_mask: tokens(() => 1) },
    unet: {
      sample: noise(2, 8, FRAMES, 16),
      timestep: new Tensor('float32', Float32Array.of(741, 741), [2]),
      text_embedding: noise(2, 512),
    },
    vaeDecoder: { latent: noise(1, 8, FRAMES, 16) },
    vocoder: { log_mel: noise(1, 4 * FRAMES, 64) },
  };
  const sessions = new Map<Part, InferenceSession>();
  for (const [part, [file, within]] of Object.entries(PARTS)) {
    const template = gunzipSync(await readFile(join(TEMPLATES, file)));
    const session = await boundSession(template, await openCheckpoint(join(folder, within)), {
      executionProviders: ['cpu'],
      intraOpNumThreads: 1,
      logSeverityLevel: 3,
    });
    sessions.set(part as Part, session);
  }
  return async (part) => {
    const before = process.cpuUsage();
    await sessions.get(part)?.run(feeds[part]);
    const { user, system } = process.cpuUsage(before);
    return { seconds: (user + system) / 1e6, peakMemory: process.resourceUsage().maxRSS * 1024 };
  };
}

/** diffusers, in a process that answers a line with a line. */
function startPeer(folder: string, type: string): { readonly run: Runner; readonly stop: () => void } {
  const child = spawn(PYTHON, ['-m', 'templates.peer', folder, type], {
    cwd: TRAINING,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async run(part) {
      child.stdin.write(`${part}\n`);
      const { value = '', done } = await lines.next();
      if (done === true) throw new Error(`templates.peer ended: is diffusers installed in training/.venv?`);
      const [seconds = 0, peakMemory = 0] = value.split(' ').map(Number);
      return { seconds, peakMemory };
    },
    stop: () => child.stdin.end(),
  };
}
