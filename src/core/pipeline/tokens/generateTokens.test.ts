import { describe, expect, it } from 'vitest';
import { chooseToken } from './chooseToken.ts';
import { generateTokens, type TokenSettings } from './generateTokens.ts';

const settings: TokenSettings = {
  frames: 5,
  codebooks: 3,
  vocabulary: 10,
  guidance: 1,
  topK: 1,
  temperature: 1,
  seed: 7,
  candidate: 0,
};
/** Logits of three codebooks that are highest at these tokens. */
const favouring = (...tokens: number[]) =>
  Float32Array.from({ length: 30 }, (_, i) => (tokens[Math.floor(i / 10)] === i % 10 ? 5 : 0));

describe('generateTokens', () => {
  it('delays each codebook by a step and gives back what is aligned again', async () => {
    const columns: (readonly number[])[] = [];
    const codes = await generateTokens(settings, (column, _, step) => {
      columns.push(column);
      return Promise.resolve({ logits: [favouring(step, step, step)], present: Float32Array.of(step) });
    });
    expect(codes).toEqual([
      [0, 1, 2, 3, 4],
      [1, 2, 3, 4, 5],
      [2, 3, 4, 5, 6],
    ]);
    expect(columns).toEqual([
      [10, 10, 10],
      [0, 10, 10],
      [1, 1, 10],
      [2, 2, 2],
      [3, 3, 3],
      [4, 4, 4],
      [10, 5, 5],
    ]);
  });

  it('tells the decoder all that it said of the steps before', async () => {
    const pasts: number[][] = [];
    await generateTokens({ ...settings, frames: 2 }, (_, past, step) => {
      pasts.push([...past]);
      return Promise.resolve({ logits: [favouring(1, 1, 1)], present: Float32Array.of(step, step + 10) });
    });
    expect(pasts).toEqual([[], [0, 10], [0, 10, 1, 11], [0, 10, 1, 11, 2, 12]]);
  });

  it('leads away from what is made without words', async () => {
    const told = Float32Array.from({ length: 30 }, (_, i) => [3, 2.9, 0][i % 10] ?? 0);
    const untold = Float32Array.from({ length: 30 }, (_, i) => [3, 1, 0][i % 10] ?? 0);
    const decode = () => Promise.resolve({ logits: [told, untold], present: new Float32Array(1) });
    expect((await generateTokens({ ...settings, guidance: 1 }, decode))[0]).toEqual([0, 0, 0, 0, 0]);
    expect((await generateTokens({ ...settings, guidance: 3 }, decode))[0]).toEqual([1, 1, 1, 1, 1]);
  });

  it('stops before the next step when it is told to', async () => {
    const signal = { aborted: false };
    let steps = 0;
    const run = generateTokens(
      settings,
      () => {
        signal.aborted = (steps += 1) === 2;
        return Promise.resolve({ logits: [favouring(1, 1, 1)], present: new Float32Array(1) });
      },
      { signal },
    );
    await expect(run).rejects.toMatchObject({ kind: 'cancelled' });
    expect(steps).toBe(2);
  });
});

describe('chooseToken', () => {
  const logits = Float32Array.from([Math.log(1), Math.log(2), Math.log(5), Math.log(2)]);
  const drawn = (topK: number, temperature = 1) => {
    const counts = [0, 0, 0, 0];
    for (let draw = 0; draw < 4000; draw++)
      counts[chooseToken(logits, { topK, temperature, seed: 1 }, draw)]! += 1 / 4000;
    return counts;
  };

  it('draws as likely as the softmax says', () => {
    for (const [token, share] of drawn(4).entries())
      expect(share).toBeCloseTo([0.1, 0.2, 0.5, 0.2][token]!, 1);
  });

  it('draws among the likeliest only', () => {
    const [none, first, second, third] = drawn(2);
    expect([none, third]).toEqual([0, 0]);
    expect(first! / second!).toBeCloseTo(2 / 5, 1);
  });

  it('draws bolder when hotter, and the same for the same seed', () => {
    expect(drawn(4, 4)[0]!).toBeGreaterThan(0.15);
    expect(drawn(4)).toEqual(drawn(4));
  });

  it('takes the likeliest, of equals the first, when there is nothing to draw', () => {
    expect(chooseToken(Float32Array.of(1, 3, 3), { topK: 1, temperature: 1, seed: 0 }, 0)).toBe(1);
  });
});
