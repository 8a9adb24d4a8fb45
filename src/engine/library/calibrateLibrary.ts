import { calibrate } from '#core/retrieval/calibrate.ts';
import type { Calibration } from '#core/retrieval/fuse.ts';
import type { Catalogue } from '../catalogue/open.ts';

/** Sounds that are compared, those that came first: as a rule of the starter library. Some 20 ms. */
const COMPARED = 150;
/** Sounds that are looked at for so many captions. */
const LOOKED_AT = 600;

/** What the cosines of a model mean, by the captioned sounds of the library, one of each caption. */
export function calibrateLibrary({ sounds, embeddings }: Catalogue, model: string): Calibration {
  const { ids, vectors } = embeddings.next('captions', model, 0, LOOKED_AT);
  const captions = new Map(sounds.byIds(ids).map(({ id, caption }) => [id, caption]));
  const compared = new Map<string, { text: Float32Array; audio: Float32Array }>();
  for (const [place, id] of ids.entries()) {
    const caption = captions.get(id) ?? '';
    const text = vectors[place];
    if (!text || compared.size === COMPARED || compared.has(caption)) continue;
    const audio = embeddings.get(id, 'audio', model);
    if (audio) compared.set(caption, { text, audio });
  }
  return calibrate([...compared.values()]);
}
