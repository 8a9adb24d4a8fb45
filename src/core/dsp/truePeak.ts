/** Order-48 interpolator of BS.1770-4, annex 2: phases 0 and 1. Phases 2 and 3 are these, reversed. */
const PHASE_0 = [
  0.001708984375, 0.010986328125, -0.0196533203125, 0.033203125, -0.0594482421875, 0.1373291015625,
  0.97216796875, -0.102294921875, 0.047607421875, -0.026611328125, 0.014892578125, -0.00830078125,
];
const PHASE_1 = [
  -0.0291748046875, 0.029296875, -0.0517578125, 0.089111328125, -0.16650390625, 0.465087890625, 0.77978515625,
  -0.2003173828125, 0.1015625, -0.0582275390625, 0.0330810546875, -0.0189208984375,
];
const TAPS = PHASE_0.length;

/**
 * Peak of the waveform between the samples, four times oversampled (BS.1770-4, annex 2). Never below the sample
 * peak, which the interpolator's phases miss by a fraction of a sample.
 *
 * @returns dBTP, -Infinity for silence
 */
export function truePeak(channels: readonly Float32Array[]): number {
  const phases = [PHASE_0, PHASE_1, PHASE_1.toReversed(), PHASE_0.toReversed()].map((taps) =>
    Float64Array.from(taps),
  );
  let level = 0;
  for (const channel of channels) {
    const padded = new Float32Array(channel.length + 2 * TAPS);
    padded.set(channel, TAPS);
    for (let n = TAPS; n < padded.length; n++) {
      level = Math.max(level, Math.abs(padded[n]!));
      for (const taps of phases) {
        let value = 0;
        for (let k = 0; k < TAPS; k++) value += taps[k]! * padded[n - k]!;
        level = Math.max(level, Math.abs(value));
      }
    }
  }
  return 20 * Math.log10(level);
}
