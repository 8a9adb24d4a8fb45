import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { z } from 'zod';
import type { PartName } from '#core/pack/manifest.ts';
import type { GraphRunner, Tensors } from '#core/pipeline/parts.ts';
import { writeFileAtomic } from '../files/replaceFile.ts';

/** Some 800 neighbours of Re-AudioLDM. */
const MOST_BYTES = 256e6;
/** Of these, what is left when there was more. */
const KEPT = 0.75;

const dims = z.array(z.number());
const outputsSchema = z.record(
  z.string(),
  z.union([
    z.object({ type: z.literal('float32'), dims, data: z.instanceof(Float32Array) }),
    z.object({ type: z.literal('int64'), dims, data: z.instanceof(BigInt64Array) }),
  ]),
);

export interface Memory {
  /** A file for each run. What is in there can be found out again: it may be deleted at any time. */
  readonly folder: string;
  /** What is kept of the pack; others run as ever. */
  readonly parts: readonly PartName[];
  /** Names the weights of a part, and what it runs on. */
  readonly keyOf: (part: PartName) => string;
  readonly mostBytes?: number;
}

/**
 * Keeps on disk what encoders make of their inputs, so that the same neighbour is encoded once: the models of a large pack take seconds
 * to load and to run. What was not asked for longest goes first.
 */
export function rememberRuns(
  run: GraphRunner,
  { folder, parts, keyOf, mostBytes = MOST_BYTES }: Memory,
): GraphRunner {
  return async (part, inputs) => {
    if (!parts.includes(part)) return run(part, inputs);
    const path = join(folder, nameOf(keyOf(part), inputs));
    const known = await read(path);
    if (known) return known;
    const outputs = await run(part, inputs);
    // A full disk is no reason to make no take.
    await writeFileAtomic(path, serialize(outputs))
      .then(() => makeRoom(folder, mostBytes))
      .catch(() => undefined);
    return outputs;
  };
}

function nameOf(key: string, inputs: Tensors): string {
  const hash = createHash('sha256').update(key);
  for (const [name, { type, dims, data }] of Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1)))
    hash
      .update(`\n${name} ${type} ${dims.join(' ')}\n`)
      .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return hash.digest('hex');
}

async function read(path: string): Promise<Tensors | undefined> {
  try {
    const outputs = outputsSchema.parse(deserialize(await readFile(path)));
    const now = new Date();
    await utimes(path, now, now);
    return outputs;
  } catch {
    // Not there, or damaged: it is found out again.
    return undefined;
  }
}

async function makeRoom(folder: string, mostBytes: number): Promise<void> {
  const names = await readdir(folder);
  const files = await Promise.all(
    names.map(async (name) => {
      const { size, mtimeMs } = await stat(join(folder, name));
      return { name, size, mtimeMs };
    }),
  );
  let total = files.reduce((sum, { size }) => sum + size, 0);
  if (total <= mostBytes) return;
  for (const { name, size } of files.toSorted((a, b) => a.mtimeMs - b.mtimeMs)) {
    if (total <= mostBytes * KEPT) return;
    await rm(join(folder, name), { force: true });
    total -= size;
  }
}
