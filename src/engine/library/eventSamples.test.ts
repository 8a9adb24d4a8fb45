import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eventSamples } from './eventSamples.ts';

/** A stream whose samples are their own places, in blocks of random sizes, two channels that average to them. */
function counting(sizes: readonly number[], sampleRate = 10) {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  async function* blocks() {
    let at = 0;
    for (const size of sizes) {
      const left = Float32Array.from({ length: size }, (_, n) => at + n + 1);
      yield await Promise.resolve([left, left.map((value) => value - 2)]);
      at += size;
    }
  }
  return { total, stream: { sampleRate, blocks } };
}

it('gives each event its samples however the file comes in blocks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 12 }),
      async (sizes, lengths) => {
        const { total, stream } = counting(sizes);
        const edges = lengths.reduce<number[]>(
          (places, length) => [...places, (places.at(-1) ?? 0) + length],
          [0],
        );
        const events = edges
          .slice(1)
          .map((end, index) => ({ start: (edges[index] ?? 0) / 10, end: end / 10 }))
          .filter(({ end }) => end * 10 <= total);
        const found = await Array.fromAsync(eventSamples(stream, events, 1.5));
        expect(found.map(({ event }) => event)).toEqual(events);
        for (const { event, samples } of found) {
          const first = Math.round(event.start * 10);
          const length = Math.min(15, Math.round(event.end * 10) - first);
          expect(Array.from(samples)).toEqual(Array.from({ length }, (_, n) => first + n));
        }
      },
    ),
  );
});
