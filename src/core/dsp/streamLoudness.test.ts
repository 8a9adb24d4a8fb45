import { describe, expect, it } from 'vitest';

import { channelWeights } from './channelWeights.ts';
import { createLoudnessMeter, measureLoudness } from './loudness.ts';
import { probeSignal } from './probeSignal.ts';

const RATE = 16_000;

function inBlocks(channels: readonly Float32Array[], sizes: readonly number[], rate = RATE) {
  const meter = createLoudnessMeter({ rate, channelCount: channels.length });
  const length = channels[0]?.length ?? 0;
  for (let from = 0, i = 0; from < length; i++) {
    const to = from + sizes[i % sizes.length]!;
    meter.push(channels.map((channel) => channel.subarray(from, to)));
    from = to;
  }
  return meter.finish();
}

describe('createLoudnessMeter', () => {
  const left = probeSignal(RATE, 6);
  const right = left.map((sample, n) => 0.5 * sample + 0.1 * Math.sin(n / 5));

  it.each([[[1]], [[16_000]], [[1599, 3, 0, 5000]], [[1_000_000]]])(
    'does not depend on the blocks: %j',
    (sizes) => {
      expect(inBlocks([left, right], sizes)).toEqual(measureLoudness([left, right], RATE));
    },
  );

  it('measures less than a block of 400 ms in pieces as in one', () => {
    const click = left.subarray(800, 4000);
    const loudness = inBlocks([click], [700]);
    expect(loudness).toEqual(measureLoudness([click], RATE));
    expect(loudness.integrated).toBeGreaterThan(-30);
    expect(loudness.integrated).toBe(loudness.maxShortTerm);
  });

  it('finds a true peak that lies across two blocks', () => {
    const tone = Float32Array.from({ length: 4800 }, (_, n) => Math.sin((Math.PI * n) / 2 + Math.PI / 4));
    const { truePeak } = inBlocks([tone], [1, 2, 3], 48_000);
    expect(truePeak).toBe(measureLoudness([tone], 48_000).truePeak);
    expect(truePeak).toBeGreaterThan(-0.5);
  });

  it('refuses a block of another shape', () => {
    const meter = createLoudnessMeter({ rate: RATE, channelCount: 2 });
    expect(() => meter.push([left])).toThrow(/2 channels/);
    expect(() => meter.push([left, right.subarray(1)])).toThrow(/one length/);
  });

  it('heeds the channel mask', () => {
    const silence = new Float32Array(left.length);
    const at = (index: number, mask: number, count: number): number =>
      measureLoudness(
        Array.from({ length: count }, (_, i) => (i === index ? left : silence)),
        RATE,
        mask,
      ).integrated;
    // 2.1: the third channel is the LFE.
    expect(at(2, 0b1011, 3)).toBe(-Infinity);
    expect(at(2, 0b0111, 3)).toBe(at(0, 0b0111, 3));
    // 7.1: the sides weigh more, the back does not.
    expect(at(6, 0x63f, 8) - at(0, 0x63f, 8)).toBeCloseTo(10 * Math.log10(1.41), 6);
    expect(at(4, 0x63f, 8)).toBe(at(0, 0x63f, 8));
  });
});

describe('channelWeights', () => {
  it('are those of BS.1770-4', () => {
    expect(channelWeights(2)).toEqual([1, 1]);
    expect(channelWeights(6)).toEqual([1, 1, 1, 0, 1.41, 1.41]);
    // 5.1 with back and with side speakers, quad, and more channels than the mask names.
    expect(channelWeights(6, 0x3f)).toEqual([1, 1, 1, 0, 1.41, 1.41]);
    expect(channelWeights(6, 0x60f)).toEqual([1, 1, 1, 0, 1.41, 1.41]);
    expect(channelWeights(4, 0x33)).toEqual([1, 1, 1.41, 1.41]);
    expect(channelWeights(4, 0x3)).toEqual([1, 1, 1, 1]);
  });
});
