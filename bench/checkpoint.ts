import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { environmentFor } from '#engine/inference/environment.ts';
import { addCheckpoint } from '#engine/checkpoint/addCheckpoint.ts';
import { PARTS, type Part } from './checkpointFeeds.ts';
import { PYTHON, TRAINING } from './torchPeer.ts';

const OURS = join(import.meta.dirname, 'checkpointParts.ts');
const TEMPLATES = join(import.meta.dirname, '..', 'resources', 'templates');
const ROUNDS = 3;
/** How often a take of 20 or 200 steps runs each. */
const TAKES = { 'DPM-Solver++, 20 steps': 20, 'DDIM, 200 steps': 200 };

interface Measured {
  readonly seconds: number;
  readonly peakMemory: number;
}
interface Peer {
  readonly run: (part: Part) => Promise<Measured>;
  readonly stop: () => void;
}

/**
 * AudioLDM-S with random weights, 10.24 s with guidance, against diffusers on the processor: seconds of one thread of each
 * part, and of a take by its parts. Runs are interleaved, and the least of three counts, so that other work disturbs both alike.
 * `REFOLEY_CHECKPOINT` names a folder made before by `python -m templates.checkpoint`.
 */
export async function checkpointBench(): Promise<Record<string, number>> {
  const temporary = await mkdtemp(join(tmpdir(), 'refoley-checkpoint-'));
  const folder = process.env['REFOLEY_CHECKPOINT'] ?? join(temporary, 'audioldm-s');
  try {
    if (!existsSync(join(folder, 'cases.safetensors')))
      await once(spawn(PYTHON, ['-m', 'templates.checkpoint', folder], { cwd: TRAINING }), 'close');
    const folders = { addedPacksFolder: temporary, templateFolders: [TEMPLATES] };
    const pack = await addCheckpoint(folders, folder, () => Promise.resolve(), {});
    return await compare(folder, pack);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function compare(folder: string, pack: string): Promise<Record<string, number>> {
  const diffusers = (type: string) => startPeer(PYTHON, ['-m', 'templates.peer', folder, type]);
  const peers: Readonly<Record<string, Peer>> = {
    ours: startPeer(process.execPath, [OURS, pack], environmentFor('models')),
    'torch fp32': diffusers('float32'),
    'torch bf16': diffusers('bfloat16'),
  };
  const seconds: Record<string, Record<Part, number>> = {};
  const memory: Record<string, number> = {};
  const measure = async (part: Part, [who, { run }]: readonly [string, Peer]): Promise<number> => {
    const measured = await run(part);
    memory[who] = Math.max(memory[who] ?? 0, measured.peakMemory);
    return measured.seconds;
  };
  // Memory is that of two takes; then each part runs in turns.
  for (const part of [...PARTS, ...PARTS])
    for (const peer of Object.entries(peers)) await measure(part, peer);
  for (const part of PARTS)
    for (let round = 0; round < ROUNDS; round++)
      for (const peer of Object.entries(peers)) {
        const known = (seconds[peer[0]] ??= {
          textEncoder: Infinity,
          unet: Infinity,
          vaeDecoder: Infinity,
          vocoder: Infinity,
        });
        known[part] = Math.min(known[part], await measure(part, peer));
      }
  for (const peer of Object.values(peers)) peer.stop();

  const results: Record<string, number> = {};
  const tell = (what: string, of: (parts: Record<Part, number>) => number) => {
    const ours = of(seconds['ours']!);
    results[`AudioLDM-S, ${what}, s of one thread`] = ours;
    for (const [who, parts] of Object.entries(seconds))
      if (who !== 'ours') results[`${what}: ${who} takes so many times as long`] = of(parts) / ours;
  };
  for (const part of PARTS) tell(part, (parts) => parts[part]);
  for (const [what, steps] of Object.entries(TAKES))
    tell(
      `a take by its parts, ${what}`,
      (parts) => parts.textEncoder + steps * parts.unet + parts.vaeDecoder + parts.vocoder,
    );
  for (const [who, bytes] of Object.entries(memory)) results[`peak memory, ${who}, MB`] = bytes / 1e6;
  return results;
}

/** A process that answers the name of a part with its seconds and the peak of its memory. */
function startPeer(command: string, options: readonly string[], env = {}): Peer {
  const child = spawn(command, options, {
    cwd: TRAINING,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async run(part) {
      child.stdin.write(`${part}\n`);
      const { value = '', done } = await lines.next();
      if (done === true)
        throw new Error(`${options.join(' ')} ended: is diffusers installed in training/.venv?`);
      const [seconds = 0, peakMemory = 0] = value.split(' ').map(Number);
      return { seconds, peakMemory };
    },
    stop: () => child.stdin.end(),
  };
}
