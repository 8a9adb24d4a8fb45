import { VOTERS } from '#core/retrieval/suggestCategory.ts';
import type { LabelledNeighbour } from '#core/retrieval/suggestCategory.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { VectorIndex } from '../index/vectorIndex.ts';
import type { ScanContext } from './scanContext.ts';

/** So many labelled sounds are held in memory (40 MB) and all compared with; of more, the index finds the near ones. */
const HELD = 20_000;
/** Sounds read at once. */
const PAGE = 2000;
/** However few of the nearest sounds have a CatID: those farther off have no say. */
const WIDEST = 64 * VOTERS;

/** The sounds whose CatID is known, asked for those nearest to an audio embedding. */
export type Voters = (audio: Float32Array) => LabelledNeighbour[];

/** Where there are more than fit the memory and no index, every so many are asked. */
export async function openVoters({
  catalogue,
  analyser,
  indexes,
}: Pick<ScanContext, 'catalogue' | 'analyser' | 'indexes'>): Promise<Voters> {
  const known = [...catalogue.suggestions.labels().values()].reduce((sum, count) => sum + count, 0);
  if (known > HELD && indexes) return byIndex(catalogue, await indexes.get('audio'));
  return byComparison(catalogue, analyser.model, Math.ceil(known / HELD));
}

function byIndex(catalogue: Catalogue, index: VectorIndex): Voters {
  return (audio) => {
    for (let width = 4 * VOTERS; ; width *= 4) {
      const { ids, similarities } = index.search(audio, width);
      const labels = catalogue.suggestions.labelsOf(ids);
      const found = ids.flatMap((id, rank) => {
        const catId = labels.get(id);
        return catId === undefined ? [] : [{ catId, similarity: similarities[rank] ?? 0 }];
      });
      if (found.length >= VOTERS || width >= WIDEST || width >= index.size) return found.slice(0, VOTERS);
    }
  };
}

function byComparison(catalogue: Catalogue, model: string, every: number): Voters {
  const { catIds, vectors, dimension } = readLabelled(catalogue, model, every);
  return (audio) => {
    const best: LabelledNeighbour[] = [];
    for (const [row, catId] of catIds.entries()) {
      const start = row * dimension;
      let similarity = 0;
      for (let n = 0; n < dimension; n++) similarity += audio[n]! * vectors[start + n]!;
      if (best.length === VOTERS && similarity <= (best.at(-1)?.similarity ?? 0)) continue;
      let place = best.length;
      while (place > 0 && similarity > (best[place - 1]?.similarity ?? 0)) place--;
      best.splice(place, 0, { catId, similarity });
      if (best.length > VOTERS) best.pop();
    }
    return best;
  };
}

function readLabelled(catalogue: Catalogue, model: string, every: number) {
  const catIds: string[] = [];
  const chunks: Float32Array[] = [];
  let dimension = 0;
  let read = 0;
  for (let last = 0; ;) {
    const page = catalogue.vectors.labelled(model, last, PAGE);
    if (page.ids.length === 0) break;
    last = page.ids.at(-1) ?? last;
    ({ dimension } = page);
    for (const [row, catId] of page.catIds.entries()) {
      if (read++ % every !== 0) continue;
      catIds.push(catId);
      chunks.push(page.vectors.slice(row * dimension, (row + 1) * dimension));
    }
  }
  const vectors = new Float32Array(chunks.length * dimension);
  for (const [row, chunk] of chunks.entries()) vectors.set(chunk, row * dimension);
  return { catIds, vectors, dimension };
}
