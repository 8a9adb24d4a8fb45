/**
 * Turns text and audio into embeddings; the app makes it over the inference process, tests make fakes.
 *
 * Rejections with `unavailable` or `cancelled` (the inference process is gone, the user stopped it) end a scan; any
 * other is taken as a fault of the sound at hand.
 */
export interface Analyser {
  /** Name, version and hash of the pack: embeddings of different models are never compared. */
  readonly model: string;
  /** One unit vector per caption. */
  embedTexts(captions: readonly string[]): Promise<Float32Array[]>;
  /**
   * @param samples mono
   * @param sampleRate Hz
   * @returns unit vector
   */
  embedAudio(samples: Float32Array, sampleRate: number): Promise<Float32Array>;
}
