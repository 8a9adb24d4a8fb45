import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RefoleyError } from '#core/errors.ts';
import { abilitiesOf, retrievalOf } from '#core/pipeline/abilities.ts';
import type { RetrievalMode } from '#core/pipeline/recipe.ts';
import type { EngineContext, Library, Work } from '../context.ts';
import { hashFile } from '../files/hashFile.ts';
import { retrieveNeighbours } from '../library/retrieve.ts';
import { findPack } from '../packs/findPacks.ts';
import { requireTakes } from '../packs/pack.ts';
import { makeTakes } from '../takes/makeTakes.ts';
import { listen } from './listen.ts';
import { measure, type Measures } from './measure.ts';
import { readSuite } from './suite.ts';

export interface EvaluateRequest {
  /** Names of the packs to compare; the one that makes takes unless given. */
  readonly packs?: readonly string[] | undefined;
  /** Name of a suite that ships with the app, or a captions file whose files are the real sounds. */
  readonly suite: string;
  /** Only its first prompts. */
  readonly limit?: number | undefined;
  /** Diffusion steps, of packs that are asked for a number; each pack's own unless given. */
  readonly steps?: number | undefined;
  /** Folder in which the takes stay; they are removed unless given. */
  readonly keep?: string | undefined;
  /** An ONNX graph with other ears than the pack's (training/refoley_training/evaluate): gives KL, IS and its own FAD. */
  readonly judge?: string | undefined;
}

export interface EvaluationReport {
  readonly suite: string;
  readonly prompts: number;
  /** One way to generate each, with the same prompts and seeds, heard with the same ears. */
  readonly rows: readonly ({
    /** Name and version. */
    readonly pack: string;
    readonly retrieval: RetrievalMode;
    readonly secondsPerTake: number;
  } & Measures)[];
}

/**
 * Makes the takes of a suite with each pack, without the library and in each way that the pack can use it, and measures what packs
 * and library add. A real sound that is itself in the library is never its own neighbour.
 *
 * @throws RefoleyError of `findPack`, `readSuite`, `makeTakes` and the inference process
 */
export async function evaluate(
  context: EngineContext,
  request: EvaluateRequest,
  work: Work,
): Promise<EvaluationReport> {
  // 1. The prompts, their neighbours, and what all of these really sound like.
  const { name, items } = await readSuite(request.suite, context.resourcesFolder);
  const limit = request.limit ?? items.length;
  if (!Number.isInteger(limit) || limit < 1) throw new RefoleyError('input', 'the limit must be 1 or more');
  const chosen = items.slice(0, limit);
  const names = [...new Set(request.packs)];
  const [library, ...packs] = await Promise.all([
    context.library(work),
    ...(names.length === 0
      ? [context.pack()]
      : names.map(async (pack) => requireTakes(await findPack(pack, context.packFolders)))),
  ]);
  const hear = (path: string, region?: { start: number; end: number }) =>
    listen(context, library, path, request.judge, region);
  const prompts = await library.analyser.embedTexts(chosen.map(({ prompt }) => prompt));
  const bans = await inTurn(chosen, work, ({ sound }) => idsOf(library, sound));
  const k = Math.max(...packs.map(({ manifest }) => manifest.defaults.k));
  const neighbours = await inTurn(chosen, work, async (_, i) => {
    const selection = { k, bans: bans[i] };
    const found = await retrieveNeighbours(library, prompts[i] ?? new Float32Array(), selection);
    return inTurn(found, work, ({ sound: { path, start, end } }) => hear(path, { start, end }));
  });
  const sounds = chosen.flatMap(({ sound }) => sound ?? []);
  const real =
    sounds.length === chosen.length ? await inTurn(sounds, work, (sound) => hear(sound)) : undefined;

  // 2. The takes, row by row.
  const folder = request.keep ?? (await mkdtemp(join(tmpdir(), 'refoley-evaluation-')));
  try {
    const rows: EvaluationReport['rows'][number][] = [];
    const ways = packs.flatMap((pack) =>
      retrievalOf(pack.manifest).map((retrieval) => ({ pack, manifest: pack.manifest, retrieval })),
    );
    for (const [row, { pack, manifest, retrieval }] of ways.entries()) {
      const steps = abilitiesOf(manifest).mostSteps > 1 ? request.steps : undefined;
      let seconds = 0;
      const takes = await inTurn(chosen, work, async ({ prompt }, seed) => {
        const done = row * chosen.length + seed;
        work.onProgress?.({ stage: 'evaluate', done, of: ways.length * chosen.length });
        const settings = { prompt, seed, retrieval, steps };
        const out = join(folder, manifest.name, retrieval, `${String(seed).padStart(4, '0')}.wav`);
        const { timings } = await makeTakes(
          { ...context, pack: () => Promise.resolve(pack) },
          { settings, out, bans: bans[seed] },
          { signal: work.signal },
        );
        seconds += (timings.total - timings.setup) / 1000;
        return hear(out);
      });
      const secondsPerTake = seconds / chosen.length;
      rows.push({
        pack: `${manifest.name} ${manifest.version}`,
        retrieval,
        secondsPerTake,
        ...measure(takes, { prompts, neighbours, real }),
      });
    }
    return { suite: name, prompts: chosen.length, rows };
  } finally {
    if (request.keep === undefined) await rm(folder, { recursive: true, force: true });
  }
}

/** The library's sounds with this file's bytes. */
async function idsOf({ catalogue }: Library, file: string | undefined): Promise<number[]> {
  return file === undefined ? [] : catalogue.sounds.bySha256(await hashFile(file)).map(({ id }) => id);
}

async function inTurn<Item, Result>(
  items: readonly Item[],
  { signal }: Work,
  act: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const [index, item] of items.entries()) {
    if (signal?.aborted) throw new RefoleyError('cancelled', 'stopped before the evaluation was finished');
    results.push(await act(item, index));
  }
  return results;
}
