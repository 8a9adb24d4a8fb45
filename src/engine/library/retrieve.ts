import { RefoleyError } from '#core/errors.ts';
import { reasonAgainst } from '#core/rights/mayCondition.ts';
import { cosine } from '#core/retrieval/cosine.ts';
import { fuseHits } from '#core/retrieval/fuse.ts';
import type { MatchedBy } from '#core/retrieval/fuse.ts';
import { CANDIDATES, selectNeighbours } from '#core/retrieval/selectNeighbours.ts';
import type { Selection } from '#core/retrieval/selectNeighbours.ts';
import type { RankedHit } from '#core/retrieval/fuse.ts';
import { isUsable } from '../catalogue/sound.ts';
import type { StoredSound } from '../catalogue/sound.ts';
import { allOf, forbidden, heard, noneOf, passes, present } from '../catalogue/soundFilter.ts';
import type { SoundCondition } from '../catalogue/soundFilter.ts';
import { matchText, searchedOnce } from './match.ts';
import type { Retrieval } from './match.ts';

/** What may lead takes, of what is there and was heard. */
const MAY_LEAD = allOf(heard, passes([{ field: 'mayCondition', negated: false }]));
const MAY_NOT_LEAD = allOf(heard, present, forbidden);

interface Match extends RankedHit {
  readonly sound: StoredSound;
}

/** A sound that the model will lean on. */
export interface Neighbour {
  readonly id: number;
  /** Cosine between the prompt and the caption, or the audio where `matchedBy` says so. */
  readonly similarity: number;
  readonly matchedBy: MatchedBy;
  /** From 1. */
  readonly rank: number;
  readonly weight: number;
  readonly pinned: boolean;
  readonly sound: StoredSound;
}

/** A sound nearer than a neighbour that must not be one. */
export interface PassedOver {
  readonly sound: StoredSound;
  /** In words. */
  readonly reason: string;
}

export interface Retrieved {
  readonly neighbours: readonly Neighbour[];
  /** Sounds that would have been taken had their terms not forbidden it: nearer than the last neighbour, the nearest first. */
  readonly passedOver: readonly PassedOver[];
}

/** The neighbours of a prompt alone; see {@link retrieve}. */
export async function retrieveNeighbours(
  retrieval: Retrieval,
  vector: Float32Array,
  selection: Selection,
): Promise<Neighbour[]> {
  return [...(await retrieve(retrieval, vector, selection)).neighbours];
}

/**
 * The neighbours of a prompt: the nearest sounds of the library that takes may lean on, with the user's pins and bans.
 *
 * @param vector CLAP text embedding of the prompt, unit length
 * @throws RefoleyError `not-found` for a pin or a ban that is no sound of the library; `unavailable` for a pin that
 *   cannot be used
 */
export async function retrieve(
  retrieval: Retrieval,
  vector: Float32Array,
  selection: Selection,
): Promise<Retrieved> {
  const { pins = [], bans = [], excludedContent = [] } = selection;
  for (const id of bans) requireSound(retrieval, id);
  const pinned = pins.map(({ id }) => pinnedMatch(retrieval, vector, id));
  if (selection.k === 0 && pins.length === 0) return { neighbours: [], passedOver: [] };
  const count = CANDIDATES + pins.length + excludedContent.length;
  const searched = searchedOnce(retrieval);
  const candidates = async (condition: SoundCondition, most: number) =>
    withSounds(retrieval, await matchText(searched, vector, { count: most, condition }), 2 * most);
  const matches = await candidates(allOf(MAY_LEAD, noneOf(bans)), count);
  const sounds = new Map([...matches, ...pinned].map(({ sound }) => [sound.id, sound]));
  const likeness = likenessOf(retrieval);
  const chosen = selectNeighbours(matches.map(asCandidate), pinned.map(asCandidate), {
    likeness,
    ...selection,
  });
  const neighbours = chosen.flatMap(({ id, similarity, matchedBy, rank, weight, pinned: isPinned }) => {
    const sound = sounds.get(id);
    return sound ? [{ id, similarity, matchedBy, rank, weight, pinned: isPinned, sound }] : [];
  });
  const scores = chosen.filter((neighbour) => !neighbour.pinned).map(({ score }) => score);
  // Where a place stayed empty, whatever is near would have filled it.
  const last = chosen.length < selection.k ? -Infinity : Math.min(...scores);
  const forbidden = await candidates(allOf(MAY_NOT_LEAD, noneOf(bans)), CANDIDATES);
  const nearer = forbidden.filter(({ score }) => score > last);
  return { neighbours, passedOver: passedOver(nearer, excludedContent) };
}

/** The same audio once, with the reasons. */
function passedOver(nearer: readonly Match[], excludedContent: readonly string[]): PassedOver[] {
  const contents = new Set(excludedContent);
  return nearer
    .filter(({ sound }) => !contents.has(contentOf(sound)) && contents.add(contentOf(sound)))
    .map(({ sound }) => ({ sound, reason: reasonAgainst(sound) }));
}

/** A sound with its place in the ranking; undefined where it has no embedding of this pack. */
function matchOf(
  { catalogue, calibration, model }: Retrieval,
  vector: Float32Array,
  sound: StoredSound,
): Match | undefined {
  const { id } = sound;
  const text = catalogue.embeddings.get(id, 'text', model);
  const own = text ?? catalogue.embeddings.get(id, 'audio', model);
  if (!own) return undefined;
  const hits = [{ id, similarity: cosine(vector, own) }];
  const [hit] = text ? fuseHits(hits, [], calibration) : fuseHits([], hits, calibration);
  return hit && { ...hit, sound };
}

/** The best of them, with their sounds; the same audio in two places will not be a candidate twice. */
function withSounds({ catalogue }: Retrieval, hits: readonly RankedHit[], most: number): Match[] {
  const best = hits.slice(0, most);
  const sounds = new Map(catalogue.sounds.byIds(best.map(({ id }) => id)).map((sound) => [sound.id, sound]));
  return best.flatMap((hit) => {
    const sound = sounds.get(hit.id);
    return sound ? [{ ...hit, sound }] : [];
  });
}

/** Cosine similarity of the sounds of two ids; each vector is read once. */
function likenessOf({ catalogue, model }: Retrieval) {
  const known = new Map<number, Float32Array | undefined>();
  const vectorOf = (id: number): Float32Array | undefined => {
    if (!known.has(id)) known.set(id, catalogue.embeddings.get(id, 'audio', model));
    return known.get(id);
  };
  return (a: number, b: number): number => {
    const [first, second] = [vectorOf(a), vectorOf(b)];
    return first && second ? cosine(first, second) : 0;
  };
}

/** The same audio in two places has one content: file hash and region. */
export function contentOf({ sha256, start, end }: StoredSound): string {
  return `${sha256}:${start}:${end}`;
}

/** A pin overrules the ranking, never a sound's terms. */
function pinnedMatch(retrieval: Retrieval, vector: Float32Array, id: number): Match {
  const sound = requireSound(retrieval, id);
  const match = matchOf(retrieval, vector, sound);
  if (match && isUsable(sound) && sound.mayCondition) return match;
  const refusal = (why: string, remedy: string) =>
    new RefoleyError('unavailable', `sound ${id} cannot be pinned (${why}): drop the pin, or ${remedy}`);
  if (!sound.missing && !sound.mayCondition)
    throw refusal(
      `it must not condition takes: ${reasonAgainst(sound)}`,
      `allow it with "library set ${id} --may-condition yes" if you hold the right`,
    );
  const why = sound.missing ? 'its file is missing' : (sound.problem ?? 'it was not analysed with this pack');
  throw refusal(why, 'run "library rescan" if that has changed');
}

function requireSound({ catalogue }: Retrieval, id: number): StoredSound {
  const sound = catalogue.sounds.byId(id);
  if (sound) return sound;
  throw new RefoleyError('not-found', `there is no sound ${id} in the library: "library list" shows the ids`);
}

function asCandidate(match: Match) {
  return { ...match, content: contentOf(match.sound) };
}
