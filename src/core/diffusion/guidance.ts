/** One evaluation of the model per step: what it is shown, and its weight in the guided prediction. */
export interface Branch {
  /** The prompt; otherwise the negative prompt or, without one, no text. */
  readonly text: boolean;
  /** The neighbours; otherwise all of them masked. */
  readonly library: boolean;
  readonly coefficient: number;
}

/**
 * The branches that two guidance weights need. Collecting terms in
 * `eps = eps_00 + w_text (eps_t0 - eps_00) + w_lib (eps_tr - eps_t0)` gives
 * `(1 - w_text) eps_00 + (w_text - w_lib) eps_t0 + w_lib eps_tr`; terms of weight zero are not run. Without neighbours
 * eps_tr is eps_t0, and w_lib cancels out.
 *
 * @param options guidance is w_text ("follow the prompt"), libraryGuidance w_lib ("follow the library")
 * @returns one to three branches; their coefficients add up to 1
 */
export function planBranches(options: {
  readonly guidance: number;
  readonly libraryGuidance: number;
  readonly hasNeighbours: boolean;
}): Branch[] {
  const text = options.guidance;
  const library = options.hasNeighbours ? options.libraryGuidance : 0;
  const branches: Branch[] = [
    { text: false, library: false, coefficient: 1 - text },
    { text: true, library: false, coefficient: text - library },
    { text: true, library: true, coefficient: library },
  ];
  return branches.filter((branch) => branch.coefficient !== 0);
}

/**
 * The guided prediction: the sum of the branches' predictions, each times its coefficient.
 *
 * @param predictions in the order of `branches`, all of one length
 */
export function combineBranches(
  branches: readonly Branch[],
  predictions: readonly Float32Array[],
): Float32Array {
  const length = predictions[0]?.length ?? 0;
  const guided = new Float64Array(length);
  for (const [b, { coefficient }] of branches.entries()) {
    const prediction = predictions[b] ?? new Float32Array(length);
    for (let i = 0; i < length; i++) guided[i] = guided[i]! + coefficient * prediction[i]!;
  }
  return Float32Array.from(guided);
}

/**
 * Guidance rescale: brings the standard deviation of a guided prediction back towards that of the fully conditioned
 * one, against over-exposure at high guidance (Lin et al., 2024, eq. 14 to 16).
 *
 * @param phi 0 leaves `guided` alone, 1 rescales it fully
 */
export function rescaleGuidance(guided: Float32Array, conditional: Float32Array, phi = 0): Float32Array {
  const deviation = standardDeviation(guided);
  if (phi === 0 || deviation === 0) return guided;
  const factor = phi * (standardDeviation(conditional) / deviation) + (1 - phi);
  return guided.map((value) => value * factor);
}

function standardDeviation(values: Float32Array): number {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  return Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length);
}
