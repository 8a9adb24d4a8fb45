/**
 * Whether our graphs, bound to a checkpoint of a published size with random weights, compute what their reference implementation
 * computes: `npm run parity -- --family audioldm --size s [--half] [--folder DIR]`. Prints a table; ends with 1 when an error is over a
 * thousandth. Takes minutes and gigabytes.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { audiogen } from './parity/audiogen.ts';
import { audioldm } from './parity/audioldm.ts';
import { audioldm2 } from './parity/audioldm2.ts';
import { clap } from './parity/clap.ts';
import { openParity, type ParityFamily } from './parity/checkpoint.ts';
import { tango } from './parity/tango.ts';

const FAMILIES: Readonly<Record<string, ParityFamily>> = { audiogen, audioldm, audioldm2, clap, tango };

/** Of the largest difference, relative to the root mean square of what the reference computes. */
const TOLERANCE = 1e-3;
const TRAINING = join(import.meta.dirname, '..', 'training');
/** `REFOLEY_PYTHON` names another one. */
const PYTHON = process.env['REFOLEY_PYTHON'] ?? join(TRAINING, '.venv', 'bin', 'python');

const { values: options } = parseArgs({
  options: {
    family: { type: 'string', default: 'audioldm' },
    size: { type: 'string' },
    half: { type: 'boolean', default: false },
    /** Kept; used as it is where it is there already. */
    folder: { type: 'string' },
  },
});
const family = FAMILIES[options.family];
if (!family) throw new Error(`--family is one of ${Object.keys(FAMILIES).join(', ')}`);
const { size = family.sizes[0] } = options;
if (!family.sizes.includes(size)) throw new Error(`--size is one of ${family.sizes.join(', ')}`);

const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'refoley-parity-')));
try {
  if (!existsSync(join(folder, 'cases.safetensors'))) {
    const asked = [folder, ...(size ? ['--size', size] : []), ...(options.half ? ['--half'] : [])];
    await promisify(execFile)(PYTHON, ['-m', family.module, ...asked], { cwd: TRAINING });
  }
  const errors = await family.compare(await openParity(folder, options.family, size));
  const rows = Object.entries(errors).map(([what, error]) => `| ${what} | ${error.toExponential(1)} |`);
  const title = `${[options.family, size].join(' ').trim()}, ${options.half ? 'fp16' : 'fp32'} files`;
  process.stdout.write(`| ${title} | relative error |\n| --- | --- |\n${rows.join('\n')}\n`);
  if (!Object.values(errors).every((error) => error <= TOLERANCE)) process.exitCode = 1;
} finally {
  if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
}
