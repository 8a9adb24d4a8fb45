/** One triangular filter: its non-zero weights and the FFT bin of the first. */
interface Filter {
  readonly firstBin: number;
  readonly weights: Float64Array;
}

/** Mel filters over FFT bins. Only some 2 % of the matrix is not zero, so each filter keeps its own span. */
export type Filterbank = readonly Filter[];

/** Lowest and highest frequency in Hz. */
export type Band = readonly [low: number, high: number];

/**
 * Slaney-scale, area-normalised filters, as librosa.filters.mel makes them (Slaney, Auditory Toolbox, 1998).
 *
 * @param band all frequencies unless given
 */
export function slaneyFilterbank(
  filters: number,
  fftSize: number,
  rate: number,
  [low, high]: Band = [0, rate / 2],
): Filterbank {
  const edges = linearSpace(slaneyMel(low), slaneyMel(high), filters + 2).map(slaneyHz);
  return triangles(edges, fftSize, rate, (_, from, to) => 2 / (to - from));
}

/** HTK-scale filters whose weights sum to one, as Essentia's MelBands makes them. */
export function htkFilterbank(filters: number, fftSize: number, rate: number): Filterbank {
  const edges = htkEdges(filters, [0, rate / 2]);
  return triangles(edges, fftSize, rate, (weights) => 1 / Math.max(sum(weights), 1e-9));
}

/** HTK-scale filters that are one in their middle, as torchaudio makes them. */
export function htkTriangles(filters: number, fftSize: number, rate: number, band: Band): Filterbank {
  return triangles(htkEdges(filters, band), fftSize, rate, () => 1);
}

/** Kaldi's filters, triangles on its mel scale from `low` Hz up, which are straight there and not over the frequency. */
export function kaldiFilterbank(filters: number, fftSize: number, rate: number, low: number): Filterbank {
  const mel = (hz: number) => 1127 * Math.log1p(hz / 700);
  const edges = linearSpace(mel(low), mel(rate / 2), filters + 2);
  return triangles(edges, fftSize, rate, () => 1, mel);
}

/** Applies every filter to one spectrum. */
export function applyFilterbank(bank: Filterbank, spectrum: Float64Array, out: Float64Array): void {
  for (let i = 0; i < bank.length; i++) {
    const { firstBin, weights } = bank[i]!;
    let total = 0;
    for (let k = 0; k < weights.length; k++) total += weights[k]! * spectrum[firstBin + k]!;
    out[i] = total;
  }
}

/** @param scale that the triangles are straight on, and that `edges` are of */
function triangles(
  edges: number[],
  fftSize: number,
  rate: number,
  gain: (weights: Float64Array, low: number, high: number) => number,
  scale: (hz: number) => number = (hz) => hz,
): Filterbank {
  const places = Float64Array.from({ length: fftSize / 2 + 1 }, (_, k) => scale((k * rate) / fftSize));
  return edges.slice(0, -2).map((low, i) => {
    const centre = edges[i + 1] ?? low;
    const high = edges[i + 2] ?? centre;
    const firstBin = places.findIndex((place) => place >= low);
    let end = firstBin;
    while (end < places.length && places[end]! <= high) end++;
    const shape = places
      .subarray(firstBin, end)
      .map((place) =>
        Math.max(0, Math.min((place - low) / (centre - low), (high - place) / (high - centre))),
      );
    const level = gain(shape, low, high);
    // The reference keeps its weights in single precision.
    return { firstBin, weights: shape.map((weight) => Math.fround(weight * level)) };
  });
}

function linearSpace(start: number, end: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => start + ((end - start) * i) / (count - 1));
}

function htkEdges(filters: number, [low, high]: Band): number[] {
  const mel = (hz: number) => 2595 * Math.log10(1 + hz / 700);
  return linearSpace(mel(low), mel(high), filters + 2).map((value) => 700 * (10 ** (value / 2595) - 1));
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function slaneyMel(hz: number): number {
  return hz < 1000 ? (hz * 3) / 200 : 15 + (Math.log(hz / 1000) * 27) / Math.log(6.4);
}

function slaneyHz(mel: number): number {
  return mel < 15 ? (mel * 200) / 3 : 1000 * Math.exp(((mel - 15) * Math.log(6.4)) / 27);
}
