/**
 * Whether the app makes with a Re-AudioLDM of the paper's size, exported with random weights, the take that its evaluation makes:
 * `node scripts/parity/realdm.ts [--size s] [--folder DIR]`. Every stage of ten steps of DDIM with two neighbours and both guidance
 * weights, from the same noise. Prints a table; ends with 1 when an error is over a thousandth. Takes minutes, 7 GB of disk and of memory.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { openCheckpoint } from '#engine/checkpoint/openCheckpoint.ts';
import { reAudioldmTake } from '#engine/checkpoint/testing/reAudioldmTake.ts';
import { loadPack } from '#engine/inference/loadPack.ts';
import { addPack } from '#engine/packs/addPack.ts';
import golden from '#engine/checkpoint/goldens/re-audioldm/take.json' with { type: 'json' };

/** Of the largest difference, relative to the root mean square of what torch computes. */
const TOLERANCE = 1e-3;
const TRAINING = join(import.meta.dirname, '..', '..', 'training');
/** `REFOLEY_PYTHON` names another one. */
const PYTHON = process.env['REFOLEY_PYTHON'] ?? join(TRAINING, '.venv', 'bin', 'python');
const SECONDS = 2.56;

const { values: options } = parseArgs({
  // A folder is kept, and used as it is where it is there already.
  options: { size: { type: 'string', default: 's' }, folder: { type: 'string' } },
});
const scratch = await mkdtemp(join(tmpdir(), 'refoley-parity-'));
try {
  const folder = options.folder ?? join(scratch, `re-audioldm-${options.size}`);
  if (!existsSync(join(folder, 'cases.safetensors'))) {
    const asked = [folder, '--size', options.size];
    await promisify(execFile)(PYTHON, ['-m', 'refoley_training.realdm.reference', ...asked], {
      cwd: TRAINING,
      env: { ...process.env, PYTHONPATH: '.' },
    });
  }
  const packs = join(scratch, 'packs');
  const folders = { addedPacksFolder: packs, packFolders: [packs], templateFolders: [] };
  const pack = await loadPack((await addPack(folders, folder, {})).folder);
  const made = await reAudioldmTake(pack, { ...golden.settings, retrieval: 'both', duration: SECONDS });
  await pack.sessions.close();

  const wanted = await readCases(folder);
  const errors = Object.entries(made).map(
    ([stage, { data }]) => [stage, errorOf(data, wanted(stage))] as const,
  );
  const rows = errors.map(([stage, error]) => `| ${stage} | ${error.toExponential(1)} |\n`);
  process.stdout.write(`| Re-AudioLDM-${options.size} | relative error |\n| --- | --- |\n${rows.join('')}`);
  const peak = (process.resourceUsage().maxRSS * 1024) / 1e9;
  process.stdout.write(`${peak.toFixed(1)} GB at most\n`);
  if (!errors.every(([, error]) => error <= TOLERANCE)) process.exitCode = 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
}

/** What reference.py left beside the export. */
async function readCases(folder: string): Promise<(name: string) => Float32Array> {
  const { tensors } = await openCheckpoint(folder, ['cases.safetensors']);
  const { buffer } = new Uint8Array(await readFile(join(folder, 'cases.safetensors')));
  return (name) => {
    const tensor = tensors.get(name);
    if (!tensor) throw new Error(`cases.safetensors has no ${name}: make the folder again`);
    return new Float32Array(buffer.slice(tensor.offset, tensor.offset + tensor.bytes));
  };
}

function errorOf(made: Float32Array, wanted: Float32Array): number {
  if (made.length !== wanted.length) return Infinity;
  const power = wanted.reduce((sum, value) => sum + value * value, 0) / wanted.length;
  return made.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i]!)), 0) / Math.sqrt(power);
}
