const SEED = 20231;

/**
 * The signal that the goldens of this folder were computed from: silence, then a chirp with a decaying envelope, noise
 * and a click; `probe_signal` of training/refoley_training/goldens/dsp.py.
 *
 * @param rate Hz
 */
export function probeSignal(rate: number, seconds: number): Float32Array {
  const length = Math.trunc(rate * seconds);
  const signal = new Float32Array(length);
  const silence = Math.trunc(0.05 * rate);
  let state = SEED;
  for (let n = 0; n < length; n++) {
    // Uniform noise: the linear congruential generator of Numerical Recipes.
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    if (n < silence) continue;
    const t = n / rate;
    const chirp = 0.4 * Math.exp(-2 * t) * Math.sin(2 * Math.PI * (110 * t + 0.5 * 2400 * t * t));
    const click = n === Math.floor(length / 2) ? 0.5 : 0;
    signal[n] = chirp + 0.04 * (state / 2 ** 31 - 1) + click;
  }
  return signal;
}
