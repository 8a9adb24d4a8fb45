import { RefoleyError } from '#core/errors.ts';

/** A level as JSON and the catalogue can keep it: silence has none. */
export function levelOrNull(decibels: number): number | null {
  return Number.isFinite(decibels) ? decibels : null;
}

/** Largest absolute sample of all channels; NaN if any sample is. */
export function peak(channels: readonly Float32Array[]): number {
  let level = 0;
  for (const channel of channels) {
    for (let n = 0; n < channel.length; n++) level = Math.max(level, Math.abs(channel[n]!));
  }
  return level;
}

/**
 * Scales all channels by one gain so that the loudest sample is at `dbfs`. Silence stays silence.
 *
 * @param dbfs target, dB relative to full scale
 * @throws RefoleyError internal if a sample is NaN or infinite
 */
export function peakNormalise(channels: readonly Float32Array[], dbfs = -1): Float32Array[] {
  const level = peak(channels);
  if (!Number.isFinite(level)) {
    throw new RefoleyError(
      'internal',
      'the sound holds values that are no numbers; try another seed or a lower guidance',
    );
  }
  const gain = level === 0 ? 1 : 10 ** (dbfs / 20) / level;
  return channels.map((channel) => channel.map((sample) => sample * gain));
}

/** Subtracts each channel's mean. */
export function removeDc(channels: readonly Float32Array[]): Float32Array[] {
  return channels.map((channel) => {
    let total = 0;
    for (let n = 0; n < channel.length; n++) total += channel[n]!;
    const mean = total / Math.max(1, channel.length);
    const out = new Float32Array(channel.length);
    for (let n = 0; n < out.length; n++) out[n] = channel[n]! - mean;
    return out;
  });
}

/**
 * Raised-cosine fades at both edges, so that a cut waveform does not click. On a sound shorter than both fades
 * together each takes its share of the length. The first and the last sample become zero.
 *
 * @param rate Hz
 * @param seconds length of the fades
 */
export function fadeEdges(
  channels: readonly Float32Array[],
  rate: number,
  seconds: { readonly fadeIn: number; readonly fadeOut: number } = { fadeIn: 0.002, fadeOut: 0.01 },
): Float32Array[] {
  return channels.map((channel) => {
    const total = seconds.fadeIn + seconds.fadeOut;
    const squeeze = total === 0 ? 0 : Math.min(1, channel.length / rate / total);
    const fadeIn = Math.round(seconds.fadeIn * rate * squeeze);
    const fadeOut = Math.round(seconds.fadeOut * rate * squeeze);
    const last = channel.length - 1;
    return channel.map((sample, n) => sample * rise(n, fadeIn) * rise(last - n, fadeOut));
  });
}

function rise(distance: number, length: number): number {
  return distance >= length ? 1 : 0.5 - 0.5 * Math.cos((Math.PI * distance) / length);
}
