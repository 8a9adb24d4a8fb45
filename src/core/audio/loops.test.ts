import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RefoleyError } from '#core/errors.ts';
import { decodeSampler, encodeSampler, loopDirections } from './loops.ts';

const loop = fc
  .tuple(
    fc.nat({ max: 0xffff_fff0 }),
    fc.integer({ min: 1, max: 10 }),
    fc.constantFrom(...loopDirections),
    fc.nat(),
  )
  .map(([start, length, direction, times]) => ({ direction, start, end: start + length, times }));

describe('sampler loops', () => {
  it('round-trip', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 127 }), fc.array(loop, { maxLength: 8 }), (unityNote, loops) => {
        expect(decodeSampler(encodeSampler({ unityNote, loops }, 48_000))).toEqual({ unityNote, loops });
      }),
    );
  });

  it('store the last sample, not the one after it', () => {
    const bytes = encodeSampler(
      { unityNote: 60, loops: [{ direction: 'forward', start: 4, end: 10, times: 0 }] },
      48_000,
    );
    const view = new DataView(bytes.buffer);
    expect([view.getUint32(8, true), view.getUint32(44, true), view.getUint32(48, true)]).toEqual([
      20_833, 4, 9,
    ]);
  });

  it('refuse an empty loop', () => {
    const empty = { direction: 'forward', start: 4, end: 4, times: 0 } as const;
    expect(() => encodeSampler({ unityNote: 60, loops: [empty] }, 48_000)).toThrow(RefoleyError);
  });

  it('give proper loops or a RefoleyError for arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        if (bytes.length < 36) expect(() => decodeSampler(bytes)).toThrow(RefoleyError);
        else for (const { start, end } of decodeSampler(bytes).loops) expect(end).toBeGreaterThan(start);
      }),
    );
  });
});
