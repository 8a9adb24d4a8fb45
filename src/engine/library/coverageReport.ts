import { setImmediate } from 'node:timers/promises';
import { coverage } from '#core/retrieval/coverage.ts';
import type { Coverage, CoverageVerdict } from '#core/retrieval/coverage.ts';
import type { CategoryPrompt } from '#core/retrieval/suggestCategory.ts';
import { ucsByCategory } from '#core/text/ucs.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { VectorIndex } from '../index/vectorIndex.ts';
import type { Analyser } from './analyser.ts';
import { throwIfStopped } from './scanContext.ts';

/** How well a kind of sound is covered. */
export interface KindCoverage extends Coverage {
  /** Files whose CatID is of the kind, by their metadata or the user's word; copies count once. */
  readonly known: number;
}

export interface CategoryCoverage extends KindCoverage {
  /** UCS category, in capitals. */
  readonly category: string;
  readonly subcategories: readonly (KindCoverage & {
    readonly catId: string;
    readonly subcategory: string;
  })[];
}

export interface CoverageReport {
  /** Sounds that were compared. */
  readonly sounds: number;
  /** In the order of the UCS. */
  readonly categories: readonly CategoryCoverage[];
  /** How many of the CatIDs are how well covered. */
  readonly verdicts: Readonly<Record<CoverageVerdict, number>>;
}

export interface CoverageContext {
  readonly catalogue: Catalogue;
  readonly analyser: Pick<Analyser, 'calibration'>;
  /** Of the audio of all sounds. */
  readonly index: VectorIndex;
  readonly prompts: readonly CategoryPrompt[];
  readonly signal?: AbortSignal | undefined;
}

/** The nearest sounds that are looked at for each CatID: `near` counts no further. */
const WIDTH = 128;
/** Ids asked about in one query. */
const PAGE = 5000;
/** Milliseconds after which others have their turn. */
const TURN = 20;

interface Near {
  readonly content: string;
  readonly similarity: number;
}

/**
 * Where the library is thin, in the terms of the UCS. Of a file, or of copies of it, the nearest part counts. A category is
 * near what one of its CatIDs is near, with the threshold of as many comparisons: what chance brings to many names is no
 * coverage of their category.
 *
 * @throws RefoleyError `cancelled`
 */
export async function coverLibrary(context: CoverageContext): Promise<CoverageReport> {
  const { catalogue, analyser, index } = context;
  const near = await nearestContents(context);
  const known = catalogue.heard.known();
  const calibration = analyser.calibration.textToAudio;
  const similarities = (kinds: ReadonlyMap<string, readonly Near[]>) =>
    new Map([...kinds].map(([kind, found]) => [kind, found.map(({ similarity }) => similarity)]));
  const byCatId = coverage(similarities(near), { calibration, librarySize: index.size, known });

  const categories = [...ucsByCategory()].map(([category, entries]): CategoryCoverage => {
    const all = onceEach(entries.flatMap(({ catId }) => near.get(catId) ?? []));
    const filed = entries.reduce((sum, { catId }) => sum + (known.get(catId) ?? 0), 0);
    const whole = coverage(similarities(new Map([[category, all]])), {
      calibration,
      librarySize: index.size * entries.length,
      known: new Map([[category, filed]]),
    });
    return {
      category,
      known: filed,
      ...(whole.get(category) ?? NOTHING),
      subcategories: entries.map(({ catId, subcategory }) => ({
        catId,
        subcategory,
        known: known.get(catId) ?? 0,
        ...(byCatId.get(catId) ?? NOTHING),
      })),
    };
  });
  const verdicts = { none: 0, thin: 0, fair: 0, good: 0 };
  for (const { subcategories } of categories) for (const { verdict } of subcategories) verdicts[verdict]++;
  return { sounds: index.size, categories, verdicts };
}

const NOTHING: Coverage = { near: 0, best: null, verdict: 'none' };

/** For each CatID the nearest files that are there now, the nearest part of each. */
async function nearestContents({ catalogue, index, prompts, signal }: CoverageContext) {
  const found: { catId: string; ids: readonly number[]; similarities: readonly number[] }[] = [];
  let turn = performance.now();
  for (const { catId, vector } of prompts) {
    throwIfStopped(signal);
    found.push({ catId, ...index.search(vector, WIDTH) });
    if (performance.now() - turn < TURN) continue;
    await setImmediate();
    turn = performance.now();
  }
  const ids = [...new Set(found.flatMap((nearest) => nearest.ids))];
  const contents = new Map<number, string>();
  for (let from = 0; from < ids.length; from += PAGE)
    for (const [id, sha256] of catalogue.heard.contents(ids.slice(from, from + PAGE)))
      contents.set(id, sha256);
  return new Map(
    found.map(({ catId, ids: nearest, similarities }) => {
      const there = nearest.flatMap((id, rank) => {
        const content = contents.get(id);
        return content === undefined ? [] : [{ content, similarity: similarities[rank] ?? 0 }];
      });
      return [catId, onceEach(there)];
    }),
  );
}

/** The most similar of each content. */
function onceEach(found: readonly Near[]): Near[] {
  const best = new Map<string, Near>();
  for (const near of found) {
    const earlier = best.get(near.content);
    if (!earlier || earlier.similarity < near.similarity) best.set(near.content, near);
  }
  return [...best.values()];
}
