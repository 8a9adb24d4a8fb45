import { describe, expect, it } from 'vitest';
import { fuseHits } from './fuse.ts';
import { reciprocalRankFusion } from './reciprocalRankFusion.ts';
import { CANDIDATES, selectNeighbours } from './selectNeighbours.ts';
import type { Candidate } from './selectNeighbours.ts';

const calibration = { textToText: { mean: 0.3, std: 0.1 }, textToAudio: { mean: 0.05, std: 0.05 } };

describe('fuseHits', () => {
  it('ranks by how far each stands out on its own path', () => {
    const fused = fuseHits(
      [
        { id: 1, similarity: 0.5 },
        { id: 2, similarity: 0.35 },
      ],
      [{ id: 3, similarity: 0.2 }],
      calibration,
    );
    expect(fused.map(({ id, matchedBy }) => [id, matchedBy])).toEqual([
      [3, 'audio'],
      [1, 'caption'],
      [2, 'caption'],
    ]);
    expect(fused[0]?.score).toBeCloseTo(3, 9);
    expect(fused[0]?.similarity).toBe(0.2);
  });

  it('breaks ties, and differences that come of the order of additions, by id', () => {
    const hits = [
      { id: 9, similarity: 0.6 },
      { id: 4, similarity: 0.6 - 1e-8 },
      { id: 7, similarity: 0.600_01 },
    ];
    expect(fuseHits(hits, [], calibration).map(({ id }) => id)).toEqual([7, 4, 9]);
  });

  it('keeps the better place of a sound found twice', () => {
    const fused = fuseHits([{ id: 1, similarity: 0.3 }], [{ id: 1, similarity: 0.3 }], calibration);
    expect(fused).toMatchObject([{ id: 1, matchedBy: 'audio' }]);
  });
});

describe('selectNeighbours', () => {
  const candidate = (id: number, content = `c${id}`): Candidate => ({
    ...{ id, similarity: 1 - id / 100, matchedBy: 'caption', score: -id, content },
  });
  const ranked = [1, 2, 3, 4, 5].map((id) => candidate(id));
  const chosen = (...options: Parameters<typeof selectNeighbours>) =>
    selectNeighbours(...options).map(({ id }) => id);

  it('takes the first k', () => {
    expect(selectNeighbours(ranked, [], { k: 2 })).toMatchObject([
      { id: 1, rank: 1, weight: 1, pinned: false },
      { id: 2, rank: 2, weight: 1, pinned: false },
    ]);
    expect(chosen(ranked, [], { k: 0 })).toEqual([]);
    expect(chosen(ranked, [], { k: 9 })).toEqual([1, 2, 3, 4, 5]);
  });

  it('puts pins first, with their weight, and counts them among the k', () => {
    const pins = [
      { id: 8, weight: 2 },
      { id: 3, weight: 0.5 },
    ];
    const pinned = [candidate(3), candidate(8)];
    expect(selectNeighbours(ranked, pinned, { k: 3, pins })).toMatchObject([
      { id: 8, rank: 1, weight: 2, pinned: true },
      { id: 3, rank: 2, weight: 0.5, pinned: true },
      { id: 1, rank: 3, weight: 1, pinned: false },
    ]);
    expect(chosen(ranked, pinned, { k: 1, pins })).toEqual([8, 3]);
  });

  it('leaves out bans, excluded content and the same audio again', () => {
    expect(chosen(ranked, [candidate(1)], { k: 2, pins: [{ id: 1, weight: 1 }], bans: [1] })).toEqual([2, 3]);
    expect(chosen(ranked, [], { k: 2, excludedContent: ['c1', 'c3'] })).toEqual([2, 4]);
    expect(chosen([candidate(1, 'x'), candidate(2, 'x'), candidate(3)], [], { k: 2 })).toEqual([1, 3]);
  });

  it('passes over another take of what it has', () => {
    // Three takes of a door that go by one caption, another door, and something far from the prompt.
    const scores = [9, 9, 9, 8.5, 1];
    const doors = scores.map((score, index) => ({ ...candidate(index + 1), score }));
    const likeness = (a: number, b: number) => (a < 4 && b < 4 ? 0.95 : 0.2);
    expect(chosen(doors, [], { k: 2, likeness })).toEqual([1, 4]);
    expect(chosen(doors, [], { k: 1, likeness })).toEqual([1]);
    expect(chosen(doors, [], { k: 3, likeness })).toEqual([1, 2, 4]);
    expect(chosen(doors, [], { k: 5, likeness })).toEqual([1, 2, 3, 4, 5]);
    const pinned = [candidate(9)];
    const alike = () => 0.9;
    const pins = [{ id: 9, weight: 1 }];
    expect(chosen(ranked, pinned, { k: 2, pins, likeness: alike })).toEqual([9, 1]);
    const unasked = () => expect.unreachable('nothing is left to choose');
    expect(chosen(ranked, pinned, { k: 1, pins, likeness: unasked })).toEqual([9]);
  });

  it('has no more than the candidates of the paper', () => {
    const many = Array.from({ length: 80 }, (_, index) => candidate(index + 1));
    expect(chosen(many, [], { k: 80 })).toHaveLength(CANDIDATES);
  });
});

describe('reciprocalRankFusion', () => {
  it('prefers what both rankings know', () => {
    expect(
      reciprocalRankFusion([
        [1, 2, 3],
        [4, 3, 5],
      ]),
    ).toEqual([3, 1, 4, 2, 5]);
  });

  it('keeps the order of a single ranking', () => {
    expect(reciprocalRankFusion([[5, 1, 3], []])).toEqual([5, 1, 3]);
  });
});
